package dev.sidekey.it;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Copies of classes that count what they do, in a directory that is to stand first on the class
 * path of another JVM. So work is counted where a clock would tell nothing, and the real classes
 * need know nothing of it.
 */
final class CountingClasses {
    private static final ClassDesc COUNTED = ClassDesc.of(Counted.class.getName());
    private static final MethodTypeDesc ADD =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long);

    private final Path directory;

    CountingClasses(Path directory) {
        this.directory = directory;
    }

    /** Counts the bytes that Netty copies in memory, from where it reaches for the machine. */
    CountingClasses copiesOfNetty() throws IOException {
        return write("io/netty/util/internal/PlatformDependent.class", CountingClasses::copied);
    }

    private static @Nullable CodeTransform copied(MethodModel method) {
        if (!method.methodName().equalsString("copyMemory")) {
            return null;
        }
        int last = method.methodTypeSymbol().parameterCount() - 1;
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                code.lload(code.parameterSlot(last)).invokestatic(COUNTED, "add", ADD);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                code.with(element);
            }
        };
    }

    /** Counts the methods that are entered in all classes of a room, and the turns of its loops. */
    CountingClasses workOf(Class<?> oneOfThem) throws Exception {
        var root = Path.of(oneOfThem.getProtectionDomain().getCodeSource().getLocation().toURI());
        var folder = root.resolve(oneOfThem.getPackageName().replace('.', '/'));
        try (var files = Files.list(folder)) {
            for (var file : files.filter(one -> one.toString().endsWith(".class")).toList()) {
                write(root.relativize(file).toString(), _ -> new Steps());
            }
        }
        return this;
    }

    /** One for each method entered and for each branch that leads back. */
    private static final class Steps implements CodeTransform {
        private final Set<Label> passed = new HashSet<>();

        @Override
        public void atStart(CodeBuilder code) {
            code.lconst_1().invokestatic(COUNTED, "add", ADD);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof LabelTarget target) {
                passed.add(target.label());
            } else if (element instanceof BranchInstruction branch
                    && passed.contains(branch.target())) {
                code.lconst_1().invokestatic(COUNTED, "add", ADD);
            }
            code.with(element);
        }
    }

    private CountingClasses write(
            String name, Function<MethodModel, @Nullable CodeTransform> changes)
            throws IOException {
        var classFile = ClassFile.of();
        var changed =
                classFile.transformClass(
                        classFile.parse(read(name)),
                        (builder, element) -> {
                            var code =
                                    element instanceof MethodModel method
                                                    && method.code().isPresent()
                                            ? changes.apply(method)
                                            : null;
                            if (code == null) {
                                builder.with(element);
                            } else {
                                builder.transformMethod(
                                        (MethodModel) element,
                                        MethodTransform.transformingCode(code));
                            }
                        });
        var file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, changed);
        return this;
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no class " + name);
            }
            return in.readAllBytes();
        }
    }

    /** The class path with them. */
    String classPath() {
        return directory + ":" + System.getProperty("java.class.path");
    }
}
