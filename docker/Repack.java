import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes the jars below a directory anew, so that the same content makes the same bytes: entries by
 * name after the manifest, one time for all, best compression. What wrote them put its own time in.
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
    var manifestFirst = Comparator.comparing((String name) -> !name.equals("META-INF/MANIFEST.MF"));
    try (var zip = new ZipFile(jar.toFile());
            var out = new ZipOutputStream(bytes)) {
        out.setLevel(Deflater.BEST_COMPRESSION);
        var names = zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName);
        for (var name : names.sorted(manifestFirst.thenComparing(Comparator.naturalOrder())).toList()) {
            var entry = new ZipEntry(name);
            entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
            out.putNextEntry(entry);
            zip.getInputStream(zip.getEntry(name)).transferTo(out);
            out.closeEntry();
        }
    }
    return bytes.toByteArray();
}
