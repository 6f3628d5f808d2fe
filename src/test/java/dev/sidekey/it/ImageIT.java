package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.TestConfig;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.Scopes;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/**
 * The whole flow with the image as it is meant to run: read-only root, no capability, user 65532,
 * 128 MiB; against Keycloak in a container. Skipped, aloud, where no Docker Engine answers.
 */
@Timeout(900)
class ImageIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    private final int port = TestConfig.freePort();
    private final int admin = TestConfig.freePort();

    @BeforeAll
    static void image() throws Exception {
        SidekeyImage.build();
    }

    /** Unpacked; a registry sends half of that (docs/footprint.md). */
    @Test
    void itAddsLessThan120MegabytesToItsBase() {
        var docker = DockerClientFactory.instance().client();
        var image = docker.inspectImageCmd(SidekeyImage.NAME).exec().getSize();
        var base = docker.inspectImageCmd("debian:bookworm-slim").exec().getSize();
        assertThat(image - base).isPositive().isLessThan(120_000_000);
    }

    /** One that is not there costs a hundred times one that is. */
    @Test
    void aStartTakesEveryClassFromTheCache() throws Exception {
        try (var sidekey = new SidekeyContainer("serve", "http://127.0.0.1:9/mcp")) {
            sidekey.withNetworkMode("host")
                    .withEnv("SIDEKEY_LISTEN", "127.0.0.1:" + port)
                    .withEnv("SIDEKEY_ADMIN_LISTEN", "127.0.0.1:" + admin)
                    .withEnv("_JAVA_OPTIONS", "-Xlog:class+load")
                    .start();
            new AdminPerson(admin).awaitReady();

            assertThat(sidekey.getLogs().lines())
                    .anyMatch(line -> line.contains("dev.sidekey.Main source: shared objects file"))
                    .noneMatch(line -> line.contains(" source: file:"));
        }
    }

    @Test
    void aPersonLogsInOnceAndTheContainerKeepsIt() throws Exception {
        int mcpPort = TestConfig.freePort();
        var audience = "http://127.0.0.1:" + mcpPort + "/mcp";
        try (var keycloak = KeycloakContainer.start(work, audience);
                var agent = new LoadAgent(port)) {
            var checker = new TokenChecker(keycloak.issuer(), audience);
            try (var mcp = FakeMcpServer.start(mcpPort, keycloak.issuer(), checker::scopesOf);
                    var sidekey = new SidekeyContainer("serve", mcp.url())) {
                mcp.switches.needed = Scopes.of("mcp:read");
                mcp.switches.neededByTool = Map.of("write_note", Scopes.of("mcp:write"));
                sidekey.withNetworkMode("host")
                        .withEnv("SIDEKEY_LISTEN", "127.0.0.1:" + port)
                        .withEnv("SIDEKEY_ADMIN_LISTEN", "127.0.0.1:" + admin)
                        .start();
                var person = new AdminPerson(admin);
                person.awaitReady();

                for (var tool : new String[] {"echo", "write_note"}) {
                    var call = agent.callLater(tool);
                    assertThat(person.logIn().body()).contains("signed in");
                    assertThat(call.join()).isEqualTo(200);
                }
                assertThat(person.get("/api/v1/upstreams").body()).contains("mcp:write");
                sidekey.healthCheck();
                aCommandRunsBesideIt(sidekey);
                aKilledContainerNeedsNoLogin(sidekey, person, agent);
                itEndsInOrder(sidekey);
            }
        }
    }

    /** A second JVM beside it, in the same 128 MiB. */
    private static void aCommandRunsBesideIt(SidekeyContainer sidekey) throws Exception {
        var status = sidekey.execInContainer("sidekey", "status");
        assertThat(status.getExitCode()).as(status.getStderr()).isZero();
        assertThat(status.getStdout()).contains("default");
        assertThat(sidekey.wasKilledForMemory()).isFalse();
    }

    private static void aKilledContainerNeedsNoLogin(
            SidekeyContainer sidekey, AdminPerson person, LoadAgent agent) throws Exception {
        var docker = DockerClientFactory.instance().client();
        docker.killContainerCmd(sidekey.getContainerId()).withSignal("KILL").exec();
        docker.startContainerCmd(sidekey.getContainerId()).exec();
        person.awaitReady();
        assertThat(agent.callLater("echo").join()).isEqualTo(200);
        assertThat(person.get("/api/v1/logins").body()).isEqualTo("[]");
    }

    private static void itEndsInOrder(SidekeyContainer sidekey) {
        assertThat(sidekey.endInOrder()).isZero();
        assertThat(sidekey.wasKilledForMemory()).isFalse();
    }
}
