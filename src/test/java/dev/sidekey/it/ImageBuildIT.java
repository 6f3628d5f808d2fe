package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testcontainers.DockerClientFactory;

/**
 * How the image is made: again the same, with a true bill of materials, for another architecture.
 * Skipped, aloud, where no Docker Engine answers.
 */
@Timeout(600)
class ImageBuildIT {
    private static final String AGAIN = "sidekey:again";
    private static final String FILES = "sidekey:files-of-another";
    private static final Path BILL = Path.of("target", "image-sbom.json");
    private static final String HASH = "/hashes/0/content";
    private static final String OTHER =
            System.getProperty("os.arch").equals("amd64") ? "arm64" : "amd64";

    /** As Netty's jars are named. */
    private static final String OWN_PLATFORM = OTHER.equals("arm64") ? "x86_64" : "aarch_64";

    /** The machine that an ELF file is for, as its header says. */
    private static final Map<String, Integer> ELF_MACHINES = Map.of("amd64", 62, "arm64", 183);

    @TempDir Path work;

    @BeforeAll
    static void image() throws Exception {
        SidekeyImage.build();
    }

    @AfterAll
    static void tidy() throws Exception {
        SidekeyImage.run("docker", "image", "rm", "--force", AGAIN, FILES);
    }

    /** The cache is the last layer, and records a run. */
    @Test
    void anotherBuildOfTheSameCommitMakesTheSameLayersButTheCache() throws Exception {
        build("NO_CACHE=yes", "IMAGE=" + AGAIN);

        var first = layers(SidekeyImage.NAME);
        var again = layers(AGAIN);
        assertThat(again).hasSameSizeAs(first).hasSizeGreaterThan(2);
        assertThat(again.subList(0, again.size() - 1))
                .isEqualTo(first.subList(0, first.size() - 1));
        assertThat(again.getLast()).isNotEqualTo(first.getLast());
    }

    @ParameterizedTest
    @CsvSource({
        "/var, 0",
        "/var/lib, 0",
        "/opt/sidekey, 0",
        "/opt/sidekey/cache, 0",
        "/var/lib/sidekey, 65532",
        "/var/lib/sidekey-trust, 65532"
    })
    void itsUserOwnsItsStateAndNothingElse(String path, long owner) throws Exception {
        var docker = DockerClientFactory.instance().client();
        var container = docker.createContainerCmd(SidekeyImage.NAME).exec().getId();
        try (var archive = docker.copyArchiveFromContainerCmd(container, path).exec();
                var tar = new TarArchiveInputStream(archive)) {
            assertThat(tar.getNextEntry().getLongUserId()).isEqualTo(owner);
        } finally {
            docker.removeContainerCmd(container).exec();
        }
    }

    @Test
    void theBillOfMaterialsSaysWhatLiesInTheImageToTheByte() throws Exception {
        SidekeyImage.run("docker/sbom");
        var listed = new TreeSet<String>();
        for (var component : components(BILL)) {
            // a native library stands below the jar that it came from, which is not there itself
            var file = component.at("/components/0");
            listed.add((file.isMissingNode() ? component : file).at(HASH).asText());
        }
        var program = new JsonMapper().readTree(BILL.toFile()).path("metadata").path("component");
        listed.add(program.at(HASH).asText());
        listed.remove(""); // the Java runtime is many files

        var there = new TreeSet<String>();
        for (var part : List.of("lib", "native", "sidekey")) {
            there.addAll(hashes(copied(SidekeyImage.NAME, part)));
        }
        assertThat(listed).hasSizeGreaterThan(50).isEqualTo(there);
    }

    @Test
    void nothingIsMissingFromTheBillOfMaterialsButWhatOtherPlatformsNeed() throws Exception {
        SidekeyImage.run("docker/sbom");
        var missing = refs(Path.of("target", "sbom.json"));
        missing.removeAll(refs(BILL));

        assertThat(missing)
                .isNotEmpty()
                .allMatch(ref -> ref.contains("classifier="))
                .noneMatch(ref -> ref.contains("linux-" + OWN_PLATFORM));
        assertThat(refs(BILL)).anyMatch(ref -> ref.startsWith("pkg:generic/openjdk@25"));
    }

    @Test
    void theNativeLibrariesOfTheOtherArchitectureAreThereWhenAskedFor() throws Exception {
        build("TARGETARCH=" + OTHER, "TARGET=assembled", "IMAGE=" + FILES);

        try (var files = Files.list(copied(FILES, "native"))) {
            var libraries = files.filter(file -> file.toString().endsWith(".so")).toList();
            assertThat(libraries).hasSize(2);
            for (var library : libraries) {
                assertThat(elfMachine(library)).isEqualTo(ELF_MACHINES.get(OTHER));
            }
        }
    }

    @Test
    void anImageOfTwoArchitecturesIsRefused() {
        assertThatThrownBy(() -> build("TARGETARCH=" + OTHER, "IMAGE=" + FILES))
                .isInstanceOf(IOException.class);
        assertThat(Path.of("target", "image.log"))
                .content()
                .contains("an image for " + OTHER + " is built on " + OTHER);
    }

    private static void build(String... variables) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(variables));
        command.add("docker/build");
        SidekeyImage.run(command.toArray(String[]::new));
    }

    private static List<String> layers(String image) {
        var docker = DockerClientFactory.instance().client();
        return docker.inspectImageCmd(image).exec().getRootFS().getLayers();
    }

    private static JsonNode components(Path bill) throws IOException {
        return new JsonMapper().readTree(bill.toFile()).path("components");
    }

    private static Set<String> refs(Path bill) throws IOException {
        var refs = new TreeSet<String>();
        components(bill).forEach(component -> refs.add(component.path("bom-ref").asText()));
        return refs;
    }

    /** A part of /opt/sidekey of an image, outside of it. */
    private Path copied(String image, String part) throws IOException, InterruptedException {
        var docker = DockerClientFactory.instance().client();
        var container = docker.createContainerCmd(image).withCmd("version").exec().getId();
        try {
            SidekeyImage.run("docker", "cp", container + ":/opt/sidekey/" + part, work.toString());
        } finally {
            docker.removeContainerCmd(container).exec();
        }
        return work.resolve(part);
    }

    /** SHA-256 of a file, or of each file in a directory. */
    private static Set<String> hashes(Path place) throws Exception {
        var hashes = new TreeSet<String>();
        try (var files = Files.walk(place, 1)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                hashes.add(HexFormat.of().formatHex(digest));
            }
        }
        return hashes;
    }

    private static int elfMachine(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort(18);
    }
}
