package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipInputStream;

/**
 * A real Keycloak from its zip on Maven Central, on free loopback ports, with the realm of
 * src/test/resources/keycloak/realm.json: registration policies on, refresh tokens rotated with
 * reuse detection, access tokens of five seconds.
 */
final class KeycloakServer implements AutoCloseable {
    static final String VERSION = "26.7.3";

    private final int port = TestConfig.freePort();
    private final Process process;
    private final Path log;

    /**
     * @param audience what tokens with the scope mcp:read are for
     */
    KeycloakServer(Path work, String audience) throws IOException, InterruptedException {
        this(work, audience, "realm.json", List.of());
    }

    /**
     * @param realmFile a realm of src/test/resources/keycloak
     * @param options further ones of the start command
     */
    KeycloakServer(Path work, String audience, String realmFile, List<String> options)
            throws IOException, InterruptedException {
        var home = unpacked();
        log = work.resolve("keycloak.log");
        var realm = Path.of("src", "test", "resources", "keycloak", realmFile);
        var imports = Files.createDirectories(home.resolve("data").resolve("import"));
        Files.writeString(
                imports.resolve("realm.json"),
                Files.readString(realm).replace("AUDIENCE", audience));
        var command = new ArrayList<String>();
        command.add(home.resolve("bin/kc.sh").toString());
        command.add("start-dev");
        command.add("--http-host=127.0.0.1");
        command.add("--http-port=" + port);
        command.add("--http-management-port=" + TestConfig.freePort());
        command.add("--cache=local");
        command.add("--db=dev-mem");
        command.add("--import-realm");
        command.addAll(options);
        var builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_APPEND", "-Xmx512m");
        process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        awaitReady();
    }

    /** The unpacked distribution; fetched by Maven, which knows the mirrors. */
    static Path unpacked() throws IOException, InterruptedException {
        var home = Path.of("target", "keycloak-" + VERSION).toAbsolutePath();
        if (Files.isDirectory(home)) {
            return home;
        }
        var zip = fetched();
        var fresh = Files.createTempDirectory(Path.of("target"), "keycloak");
        try (var in = new ZipInputStream(Files.newInputStream(zip))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                extract(in, fresh.resolve(entry.getName()), entry.isDirectory());
            }
        }
        Files.move(fresh.resolve("keycloak-" + VERSION), home, StandardCopyOption.ATOMIC_MOVE);
        return home;
    }

    private static void extract(InputStream in, Path target, boolean directory) throws IOException {
        if (directory) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        Files.copy(in, target);
        if (target.toString().endsWith(".sh")) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static Path fetched() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                List.of(
                                        "mvn",
                                        "--batch-mode",
                                        "--quiet",
                                        "dependency:copy",
                                        "-Dartifact=org.keycloak:keycloak-quarkus-dist:"
                                                + VERSION
                                                + ":zip",
                                        "-DoutputDirectory=target/keycloak-zip"))
                        .inheritIO()
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException("Maven cannot fetch Keycloak");
        }
        return Path.of("target", "keycloak-zip", "keycloak-quarkus-dist-" + VERSION + ".zip");
    }

    private void awaitReady() throws InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var ready = URI.create(issuer() + "/.well-known/openid-configuration");
            var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
            while (System.nanoTime() < deadline && process.isAlive()) {
                try {
                    var request = HttpRequest.newBuilder(ready).build();
                    if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    // not yet
                }
                RunningSidekey.pause();
            }
        }
        throw new IllegalStateException("Keycloak did not start; see " + log);
    }

    String issuer() {
        return "http://127.0.0.1:" + port + "/realms/mcp";
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit().join();
    }
}
