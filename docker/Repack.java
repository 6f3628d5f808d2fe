import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

static final String MANIFEST = "META-INF/MANIFEST.MF";

/** What the JVM and whoever looks for known weaknesses reads of a manifest. */
static final Pattern READ =
        Pattern.compile(
                "Manifest-Version|Main-Class|Class-Path|Multi-Release|Enable-Native-Access"
                        + "|Automatic-Module-Name|(Implementation|Specification)-.*"
                        + "|Bundle-(SymbolicName|Version|License)");

/**
 * Writes the jars below a directory anew, so that the same content makes the same bytes: entries by
 * name after the manifest, one time for all, best compression. What wrote them put its own time in.
 * And so that Sidekey starts sooner: manifests without what only OSGi and signatures use, and class
 * files of Java 5 (picocli's) as Java 6 would have them, since the JVM's cache takes no older ones.
 */
void main(String[] directory) throws IOException {
    List<Path> jars;
    try (var files = Files.walk(Path.of(directory[0]))) {
        jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
    for (var jar : jars) {
        Files.write(jar, repacked(jar));
    }
}

static byte[] repacked(Path jar) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var manifestFirst = Comparator.comparing((String name) -> !name.equals(MANIFEST));
    try (var zip = new ZipFile(jar.toFile());
            var out = new ZipOutputStream(bytes)) {
        out.setLevel(Deflater.BEST_COMPRESSION);
        var names = zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName);
        for (var name : names.sorted(manifestFirst.thenComparing(Comparator.naturalOrder())).toList()) {
            var entry = new ZipEntry(name);
            entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
            out.putNextEntry(entry);
            out.write(content(zip, name));
            out.closeEntry();
        }
    }
    return bytes.toByteArray();
}

static byte[] content(ZipFile zip, String name) throws IOException {
    if (name.equals(MANIFEST)) {
        return shortened(read(zip, name));
    }
    var bytes = read(zip, name).readAllBytes();
    return name.endsWith(".class") ? withStackMaps(bytes, zip) : bytes;
}

static byte[] shortened(InputStream in) throws IOException {
    var manifest = new Manifest(in);
    manifest.getEntries().clear();
    manifest.getMainAttributes()
            .keySet()
            .removeIf(name -> !READ.matcher(name.toString()).matches());
    var bytes = new ByteArrayOutputStream();
    manifest.write(bytes);
    return bytes.toByteArray();
}

static byte[] withStackMaps(byte[] bytes, ZipFile zip) {
    var hierarchy =
            ClassHierarchyResolver.ofResourceParsing((ClassDesc name) -> read(zip, file(name)))
                    .orElse(ClassHierarchyResolver.defaultResolver());
    var classFile =
            ClassFile.of(
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassHierarchyResolverOption.of(hierarchy));
    var old = classFile.parse(bytes);
    return old.majorVersion() >= ClassFile.JAVA_6_VERSION
            ? bytes
            : classFile.transformClass(
                    old,
                    ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                            .andThen(
                                    ClassTransform.endHandler(
                                            it -> it.withVersion(ClassFile.JAVA_6_VERSION, 0))));
}

static String file(ClassDesc name) {
    var descriptor = name.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1) + ".class";
}

/** The entry, or null where there is none of that name. */
static InputStream read(ZipFile zip, String name) {
    try {
        var entry = zip.getEntry(name);
        return entry == null ? null : zip.getInputStream(entry);
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}
