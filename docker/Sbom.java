import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.ZipFile;

/**
 * The image's bill of materials, out of the program's: what really lies in the image, with the
 * checksum that it has there. A jar that docker/shrink made smaller names the published one as its
 * ancestor; native libraries stand below the jar that they were unpacked from; the Java runtime is
 * added, jars of other platforms go. Run by docker/sbom as {@code Sbom.java PROGRAM-SBOM IMAGE-FILES
 * OUTPUT}; fails on a file that nobody knows.
 */
final JsonMapper json = new JsonMapper();
final Map<String, ObjectNode> byFile = new HashMap<>();

void main(String[] arguments) throws Exception {
    var bom = (ObjectNode) json.readTree(new File(arguments[0]));
    var image = Path.of(arguments[1]);
    for (var component : bom.path("components")) {
        byFile.put(fileOf(component), (ObjectNode) component);
    }
    var kept = new TreeMap<String, ObjectNode>();
    for (var jar : filesOf(image.resolve("lib"))) {
        var component = known(jar.getFileName().toString());
        addShrunk(component, sha256(Files.readAllBytes(jar)));
        kept.put(component.path("bom-ref").asText(), component);
    }
    for (var library : filesOf(image.resolve("native"))) {
        var component = jarWith(library);
        component.withArrayProperty("components").add(file(image, library));
        kept.put(component.path("bom-ref").asText(), component);
    }
    var program = (ObjectNode) bom.at("/metadata/component");
    setHash(program, sha256(Files.readAllBytes(image.resolve("sidekey"))));
    keep(bom.withArrayProperty("dependencies"), kept, program.path("bom-ref").asText());
    var components = bom.putArray("components");
    components.addAll(kept.values()).add(runtime(image));
    json.writerWithDefaultPrettyPrinter().writeValue(new File(arguments[2]), bom);
    System.err.println("sbom: " + components.size() + " components in " + arguments[2]);
}

/** As Maven names the file in target/lib. */
static String fileOf(JsonNode component) {
    var purl = component.path("purl").asText();
    var classifier = purl.contains("classifier=") ? "-" + purl.replaceAll(".*classifier=([^&]+).*", "$1") : "";
    return component.path("name").asText() + "-" + component.path("version").asText() + classifier + ".jar";
}

ObjectNode known(String file) {
    var component = byFile.get(file);
    if (component == null) {
        throw new IllegalStateException(file + " is in the image, and in no bill of materials");
    }
    return component;
}

static List<Path> filesOf(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
        return files.filter(Files::isRegularFile).sorted().toList();
    }
}

/** The component as it lies in the image; if it is not as published, that one is its ancestor. */
void addShrunk(ObjectNode component, String hash) {
    var published = component.path("hashes").valueStream().map(one -> one.path("content").asText());
    if (published.noneMatch(hash::equals)) {
        var ancestor = component.deepCopy();
        ancestor.retain("type", "group", "name", "version", "hashes", "licenses", "purl");
        ancestor.put("bom-ref", component.path("bom-ref").asText() + "#published");
        var pedigree = component.putObject("pedigree");
        pedigree.putArray("ancestors").add(ancestor);
        pedigree.put("notes", "Without what Sidekey cannot reach; nothing renamed, no code changed (docker/shrink.pro).");
    }
    setHash(component, hash);
}

static void setHash(ObjectNode component, String hash) {
    component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", hash);
}

/** The jar that a native library came out of, to the byte. */
ObjectNode jarWith(Path library) throws Exception {
    var hash = sha256(Files.readAllBytes(library));
    for (var jar : filesOf(Path.of("target", "lib"))) {
        try (var zip = new ZipFile(jar.toFile())) {
            var entry = zip.getEntry("META-INF/native/" + library.getFileName());
            if (entry != null && sha256(zip.getInputStream(entry).readAllBytes()).equals(hash)) {
                return known(jar.getFileName().toString());
            }
        }
    }
    throw new IllegalStateException(library.getFileName() + " came out of none of the jars");
}

ObjectNode file(Path image, Path library) throws Exception {
    var node = json.createObjectNode().put("type", "file").put("name", image.relativize(library).toString());
    setHash(node, sha256(Files.readAllBytes(library)));
    return node;
}

/** What jlink left of the JDK. */
ObjectNode runtime(Path image) throws IOException {
    var release = new Properties();
    release.load(new StringReader(Files.readString(image.resolve("runtime/release"))));
    var version = release.getProperty("JAVA_VERSION").replace("\"", "");
    var node = json.createObjectNode().put("type", "platform").put("bom-ref", "pkg:generic/openjdk@" + version);
    node.put("name", "openjdk").put("version", version).put("scope", "required");
    node.put("description", "Of the modules " + release.getProperty("MODULES").replace("\"", ""));
    node.putArray("licenses").addObject().putObject("license").put("id", "GPL-2.0-with-classpath-exception");
    return node.put("purl", "pkg:generic/openjdk@" + version);
}

/** Leaves of the graph what lies in the image. */
static void keep(ArrayNode dependencies, Map<String, ObjectNode> kept, String program) {
    var entries = dependencies.valueStream().map(ObjectNode.class::cast).toList();
    dependencies.removeAll();
    for (var entry : entries) {
        var ref = entry.path("ref").asText();
        if (kept.containsKey(ref) || ref.equals(program)) {
            var on = entry.path("dependsOn").valueStream().filter(one -> kept.containsKey(one.asText())).toList();
            entry.putArray("dependsOn").addAll(on);
            dependencies.add(entry);
        }
    }
}

static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
}
