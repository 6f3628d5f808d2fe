package dev.sidekey.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/**
 * Sidekey as the image has it: its jars and options, a runtime of its modules, and an AOT cache
 * that was trained on the same road.
 */
final class SidekeyPrograms {
    private static final Path JAR = Path.of("target", "shrunk", "sidekey.jar").toAbsolutePath();
    private static final Pattern MODULES = Pattern.compile("--add-modules (\\S+)");

    private final Field field;
    private final Path java;
    private final Path natives;
    private final Path cache;

    /** Makes all that the image's build makes. */
    SidekeyPrograms(Field field) throws Exception {
        this.field = field;
        java = field.directory().resolve("runtime/bin/java");
        natives = Files.createDirectories(field.directory().resolve("native"));
        cache = field.directory().resolve("sidekey.aot");
        link();
        unpack();
        train();
    }

    /**
     * Sidekey, running.
     *
     * @param program its process
     * @param port where it listens
     */
    record Running(Program program, int port) {}

    private void unpack() throws IOException {
        var here =
                "-linux-" + (System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64");
        try (var jars = Files.list(JAR.resolveSibling("lib"))) {
            for (var jar : jars.filter(one -> one.toString().contains(here)).toList()) {
                try (var zip = new ZipFile(jar.toFile())) {
                    for (var entry :
                            zip.stream().filter(one -> one.getName().endsWith(".so")).toList()) {
                        var to = natives.resolve(Path.of(entry.getName()).getFileName());
                        Files.copy(zip.getInputStream(entry), to);
                    }
                }
            }
        }
    }

    private void link() throws Exception {
        var modules = MODULES.matcher(Files.readString(Path.of("docker", "Dockerfile")));
        if (!modules.find()) {
            throw new IOException("docker/Dockerfile names no modules");
        }
        var jlink = Path.of(Field.java()).resolveSibling("jlink").toString();
        var to = field.directory().resolve("runtime").toString();
        run("link", List.of(jlink, "--add-modules", modules.group(1), "--output", to));
    }

    private void train() throws Exception {
        var command = new ArrayList<>(List.of(Field.java(), "docker/Training.java"));
        command.addAll(List.of(java.toString(), "-XX:AOTCacheOutput=" + cache, "-Xlog:disable"));
        command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining"));
        command.addAll(options(false));
        command.addAll(List.of("-jar", JAR.toString()));
        run("training", command);
    }

    private void run(String name, List<String> command) throws Exception {
        var log = field.directory().resolve(name + ".log").toFile();
        var run = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
        if (run.waitFor() != 0) {
            throw new IOException("failed: what it said is in " + log);
        }
    }

    /** The image's, in a container of so much memory. */
    List<String> imageOptions(String memory) throws IOException {
        var options = new ArrayList<>(options(true));
        options.add("-XX:MaxRAM=" + memory);
        return options;
    }

    /**
     * What docs/docker.md names for a gateway that has the memory: the optimizing compiler, too.
     */
    List<String> fullOptions() throws IOException {
        var options = new ArrayList<>(options(true));
        options.addAll(List.of("-XX:MaxRAM=512m", "-XX:TieredStopAtLevel=4"));
        options.addAll(List.of("-XX:MaxDirectMemorySize=256m", "-XX:ReservedCodeCacheSize=48m"));
        return options;
    }

    private List<String> options(boolean cached) throws IOException {
        var options = new ArrayList<String>();
        for (var line : Files.readAllLines(Path.of("docker", "jvm.options"))) {
            if (line.startsWith("-Djava.library.path")) {
                options.add("-Djava.library.path=" + natives);
            } else if (line.startsWith("-XX:AOTCache")) {
                options.addAll(cached ? List.of("-XX:AOTCache=" + cache) : List.of());
            } else if (!line.startsWith("#") && !line.equals("-jar")) {
                options.add(line);
            }
        }
        return options;
    }

    /** Starts one, and waits until it listens. */
    Running start(String name, List<String> options) throws Exception {
        var running = launch(name, options);
        field.awaitPort(running.port());
        return running;
    }

    /** Starts one; the same name finds the same state again. */
    Running launch(String name, List<String> options) throws Exception {
        int port = field.newPort("SIDEKEY");
        field.newPort("ADMIN");
        var file = field.write("sidekey.yaml");
        var command = new ArrayList<>(List.of(java.toString()));
        command.addAll(options);
        command.addAll(List.of("-jar", JAR.toString(), "serve", "--config", file.toString()));
        command.addAll(
                List.of("--state-dir", field.directory().resolve("state-" + name).toString()));
        return new Running(field.start("sidekey-" + name, command), port);
    }
}
