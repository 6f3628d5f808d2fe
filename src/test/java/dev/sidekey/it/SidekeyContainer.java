package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;

/**
 * Sidekey's image as it must be able to run: read-only root, no capability, a number for a user,
 * 128 MiB and no swap.
 */
final class SidekeyContainer extends GenericContainer<SidekeyContainer> {
    private static final long MEMORY = 128L << 20;

    SidekeyContainer(String... arguments) {
        this(SidekeyImage.NAME, List.of(arguments));
    }

    /** Another image than the usual one. */
    static SidekeyContainer of(String image, String... arguments) {
        return new SidekeyContainer(image, List.of(arguments));
    }

    private SidekeyContainer(String image, List<String> arguments) {
        super(image);
        withCommand(arguments.toArray(String[]::new));
        withCreateContainerCmdModifier(command -> {
            command.withUser("65532:65532");
            // asked for by the tests themselves, so that two never run at once
            command.withHealthcheck(new HealthCheck().withTest(List.of("NONE")));
            command.getHostConfig()
                    .withReadonlyRootfs(true)
                    .withCapDrop(Capability.ALL)
                    .withMemory(MEMORY)
                    .withMemorySwap(MEMORY);
        });
    }

    /** The image's own, as the engine runs it every half minute. */
    void healthCheck() throws IOException, InterruptedException {
        var check =
                execInContainer(
                        "/opt/sidekey/runtime/bin/java", "@/opt/sidekey/healthcheck.options");
        assertThat(check.getExitCode()).as(check.getStderr()).isZero();
    }

    /** SIGTERM, as the engine sends it; gives the exit status. */
    long endInOrder() {
        getDockerClient().stopContainerCmd(getContainerId()).exec();
        return getCurrentContainerInfo().getState().getExitCodeLong();
    }

    boolean wasKilledForMemory() {
        return Boolean.TRUE.equals(getCurrentContainerInfo().getState().getOOMKilled());
    }

    /**
     * What the container holds now, in bytes.
     *
     * @param anonymous what belongs to processes alone: heap, threads, compiled code
     * @param workingSet what the kernel cannot simply drop: what Kubernetes compares with the limit
     */
    record Memory(long anonymous, long workingSet) {}

    Memory memory() throws IOException {
        var group = group("memory");
        var version2 = Files.exists(group.resolve("memory.current"));
        var usage = number(group.resolve(version2 ? "memory.current" : "memory.usage_in_bytes"));
        long inactive = 0;
        long anonymous = 0;
        for (var line : Files.readAllLines(group.resolve("memory.stat"))) {
            var words = line.split(" ", -1);
            switch (words[0]) {
                case "total_inactive_file" -> inactive = Long.parseLong(words[1]);
                case "inactive_file" -> inactive = version2 ? Long.parseLong(words[1]) : inactive;
                case "anon", "total_rss" -> anonymous = Long.parseLong(words[1]);
                default -> {
                    // one of many others
                }
            }
        }
        return new Memory(anonymous, usage - inactive);
    }

    /**
     * How long it has had a processor, in seconds: the same on a busy machine as on an idle one.
     */
    double processorSeconds() throws IOException {
        var group = group("cpuacct");
        var version1 = group.resolve("cpuacct.usage");
        if (Files.exists(version1)) {
            return number(version1) / 1e9;
        }
        try (var lines = Files.lines(group.resolve("cpu.stat"))) {
            var usage = lines.filter(line -> line.startsWith("usage_usec ")).findFirst();
            return Long.parseLong(usage.orElseThrow().substring("usage_usec ".length())) / 1e6;
        }
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    /**
     * Where this machine's kernel keeps the container's account.
     *
     * @param controller as the first version of control groups names it; the second has one for all
     */
    private Path group(String controller) throws IOException {
        var id = getContainerId();
        return Stream.of(
                        "/sys/fs/cgroup/" + controller + "/docker/%s",
                        "/sys/fs/cgroup/docker/%s",
                        "/sys/fs/cgroup/system.slice/docker-%s.scope",
                        "/sys/fs/cgroup/" + controller + "/system.slice/docker-%s.scope")
                .map(place -> Path.of(place.formatted(id)))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IOException("no cgroup of container " + id));
    }
}
