package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.TestConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The image on a base without a shell: the C library, roots of trust and time zones are all that
 * Sidekey asks of it. Skipped, aloud, where no Docker Engine answers.
 */
@Timeout(300)
class DistrolessIT {
    private static final String BASE = "sidekey-distroless-base:12";
    private static final String IMAGE = "sidekey:distroless";

    private final int port = TestConfig.freePort();
    private final int admin = TestConfig.freePort();

    @BeforeAll
    static void image() throws Exception {
        SidekeyImage.build();
        SidekeyImage.run(
                "docker",
                "build",
                "--tag",
                BASE,
                "--file",
                "docker/distroless.Dockerfile",
                "docker");
        SidekeyImage.run("env", "BASE_IMAGE=" + BASE, "IMAGE=" + IMAGE, "docker/build");
    }

    @Test
    void itLogsInAnswersAndEndsInOrderWithoutAShell() throws Exception {
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var agent = new LoadAgent(port);
                var sidekey = SidekeyContainer.of(IMAGE, "serve", mcp.url())) {
            sidekey.withNetworkMode("host")
                    .withEnv("SIDEKEY_LISTEN", "127.0.0.1:" + port)
                    .withEnv("SIDEKEY_ADMIN_LISTEN", "127.0.0.1:" + admin)
                    .start();
            var person = new AdminPerson(admin);
            person.awaitReady();
            var call = agent.callLater("echo");
            assertThat(person.logIn().body()).contains("signed in");
            assertThat(call.join()).isEqualTo(200);

            // no shell, and what the image brings itself needs none
            assertThat(sidekey.execInContainer("/bin/sh", "-c", "true").getExitCode()).isNotZero();
            sidekey.healthCheck();
            assertThat(sidekey.execInContainer("sidekey", "status").getStdout())
                    .contains(mcp.url());
            // Netty's native libraries were found, on this base as well
            assertThat(sidekey.getLogs()).contains("\"transport\":\"epoll\"");
            assertThat(sidekey.endInOrder()).isZero();
        }
    }
}
