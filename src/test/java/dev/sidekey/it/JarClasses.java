package dev.sidekey.it;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The classes of a program and of its libraries: sidekey.jar, and lib/ beside it. */
final class JarClasses {
    private static final String SERVICES = "META-INF/services/";

    private final Map<String, ClassModel> models = new HashMap<>();
    private final Map<String, Set<String>> members = new HashMap<>();

    private JarClasses() {}

    static JarClasses read(Path directory) throws IOException {
        var classes = new JarClasses();
        for (var jar : jars(directory)) {
            try (var zip = new ZipFile(jar.toFile())) {
                for (var entry : entries(zip)) {
                    var name = entry.getName();
                    if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
                        classes.add(zip.getInputStream(entry).readAllBytes());
                    }
                }
            }
        }
        return classes;
    }

    /** The names that META-INF/services gives for interfaces of the JDK and of these classes. */
    Set<String> services(Path directory) throws IOException {
        var names = new HashSet<String>();
        for (var jar : jars(directory)) {
            try (var zip = new ZipFile(jar.toFile())) {
                for (var entry : entries(zip)) {
                    if (isService(entry.getName())) {
                        var bytes = zip.getInputStream(entry).readAllBytes();
                        new String(bytes, StandardCharsets.UTF_8)
                                .lines()
                                .map(line -> line.replaceFirst("#.*", "").strip())
                                .forEach(names::add);
                    }
                }
            }
        }
        names.remove("");
        return names;
    }

    /** All times that the jars' entries have. */
    static Set<LocalDateTime> times(Path directory) throws IOException {
        var times = new HashSet<LocalDateTime>();
        for (var jar : jars(directory)) {
            try (var zip = new ZipFile(jar.toFile())) {
                entries(zip).forEach(entry -> times.add(entry.getTimeLocal()));
            }
        }
        return times;
    }

    private boolean isService(String entry) {
        return entry.startsWith(SERVICES)
                && (entry.startsWith("java.", SERVICES.length())
                        || models.containsKey(
                                entry.substring(SERVICES.length()).replace('.', '/')));
    }

    private static List<Path> jars(Path directory) throws IOException {
        var jars = new ArrayList<Path>();
        jars.add(directory.resolve("sidekey.jar"));
        try (var files = Files.list(directory.resolve("lib"))) {
            files.forEach(jars::add);
        }
        return jars;
    }

    private static List<ZipEntry> entries(ZipFile zip) {
        return zip.stream().<ZipEntry>map(entry -> entry).toList();
    }

    private void add(byte[] bytes) {
        var model = ClassFile.of().parse(bytes);
        var own = new HashSet<String>();
        model.methods()
                .forEach(method ->
                        own.add(
                                method.methodName().stringValue()
                                        + method.methodType().stringValue()));
        model.fields()
                .forEach(field ->
                        own.add(field.fieldName().stringValue() + field.fieldType().stringValue()));
        var name = model.thisClass().asInternalName();
        models.putIfAbsent(name, model);
        members.putIfAbsent(name, own);
    }

    /** Internal names, with slashes. */
    Set<String> names() {
        return models.keySet();
    }

    Collection<ClassModel> models() {
        return models.values();
    }

    /** Whether the member is found in its class, or in one that this extends or implements. */
    boolean resolves(MemberRefEntry member) {
        return has(
                member.owner().asInternalName(),
                member.name().stringValue() + member.type().stringValue());
    }

    static String text(MemberRefEntry member) {
        return member.owner().asInternalName()
                + "."
                + member.name().stringValue()
                + member.type().stringValue();
    }

    private boolean has(String type, String member) {
        var model = models.get(type);
        return model != null
                && (members.get(type).contains(member)
                        || model.superclass().map(ClassEntry::asInternalName).stream()
                                .anyMatch(parent -> has(parent, member))
                        || model.interfaces().stream()
                                .anyMatch(parent -> has(parent.asInternalName(), member)));
    }
}
