package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.credential.RedisServer;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docker/shrink.pro takes out of the libraries is missed by nobody: whatever a class of the
 * image names, and the whole libraries have, the image's libraries have as well.
 */
@Timeout(300)
class ShrunkLibrariesIT {
    /** Kotlin's are shown to people; Nimbus asks whether Bouncy Castle is a provider: never. */
    private static final Set<String> ONLY_NAMED =
            Set.of(
                    "kotlin.jdk7.AutoCloseableKt",
                    "kotlin.jvm.internal.EnumCompanionObject",
                    "org.bouncycastle.jce.provider.BouncyCastleProvider");

    private static JarClasses whole;
    private static JarClasses shrunk;

    @BeforeAll
    static void jars() throws Exception {
        SidekeyImage.run("docker/shrink");
        whole = JarClasses.read(Path.of("target"));
        shrunk = JarClasses.read(Path.of("target", "shrunk"));
    }

    @Test
    void allOfOurOwnIsThere() {
        assertThat(shrunk.names())
                .containsAll(
                        whole.names().stream().filter(name -> name.startsWith("dev/")).toList());
        assertThat(shrunk.names().size()).isLessThan(whole.names().size() * 3 / 4);
    }

    @Test
    void everyClassAndMemberThatIsNamedIsThere() {
        var missing = new TreeSet<String>();
        for (var model : shrunk.models()) {
            for (var entry : model.constantPool()) {
                if (entry instanceof ClassEntry named && isLost(named.asInternalName())) {
                    missing.add(named.asInternalName());
                } else if (entry instanceof MemberRefEntry member
                        && whole.resolves(member)
                        && !shrunk.resolves(member)) {
                    missing.add(JarClasses.text(member));
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    /** As for {@code Class.forName}. */
    @Test
    void everyClassThatATextNamesIsThere() {
        var missing = new TreeSet<String>();
        for (var model : shrunk.models()) {
            for (var entry : model.constantPool()) {
                if (entry instanceof StringEntry text
                        && isLost(text.stringValue().replace('.', '/'))) {
                    missing.add(text.stringValue());
                }
            }
        }
        missing.removeAll(ONLY_NAMED);
        assertThat(missing).isEmpty();
    }

    /** The files of META-INF/services, but for those whose own interface is not there. */
    @Test
    void everyServiceThatIsOfferedIsThere() throws IOException {
        Predicate<String> lost = provider -> isLost(provider.replace('.', '/'));
        assertThat(shrunk.services(Path.of("target", "shrunk"))).isNotEmpty().noneMatch(lost);
    }

    /** Else no two builds of one commit made the same layer. */
    @Test
    void noJarTellsWhenItWasMade() throws IOException {
        assertThat(JarClasses.times(Path.of("target", "shrunk"))).hasSize(1);
    }

    /** Else each start would read and verify it anew: before Java 6 there are no stack maps. */
    @Test
    void noClassIsTooOldForTheCache() {
        assertThat(shrunk.models()).allMatch(it -> it.majorVersion() >= ClassFile.JAVA_6_VERSION);
    }

    /** The client of Redis is the library of which most goes; ImageIT runs all else. */
    @Test
    void whatOneKeepsInRedisServesTheNext(@TempDir Path work) throws Exception {
        var launcher = launcher(work);
        try (var redis = RedisServer.start();
                var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var first = new FleetProcess(work.resolve("1"), mcp.url(), redis.port(), null);
                var next = new FleetProcess(work.resolve("2"), mcp.url(), redis.port(), first);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            first.launcher = launcher;
            next.launcher = launcher;
            first.start().awaitReady();
            var call = threads.submit(() -> first.call(Duration.ofSeconds(60)));
            first.logIn();
            assertThat(FleetProcess.isResult(call.get())).isTrue();
            next.start().awaitReady();
            assertThat(FleetProcess.isResult(next.call(Duration.ofSeconds(60)))).isTrue();
            assertThat(authorization.http().asked("/authorize")).hasSize(1);
        }
    }

    /** The shell's launcher, with the image's jars where it looks for jars. */
    private static String launcher(Path work) throws IOException {
        var root = Files.createDirectories(work.resolve("home"));
        Files.copy(Path.of("sidekey"), root.resolve("sidekey"));
        Files.createSymbolicLink(root.resolve(".mvn"), Path.of(".mvn").toAbsolutePath());
        Files.createSymbolicLink(
                root.resolve("target"), Path.of("target", "shrunk").toAbsolutePath());
        return root.resolve("sidekey").toString();
    }

    private static boolean isLost(String name) {
        return whole.names().contains(name) && !shrunk.names().contains(name);
    }
}
