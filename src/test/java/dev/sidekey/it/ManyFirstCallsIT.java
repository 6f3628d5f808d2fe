package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sidekey.RunningSidekey;
import dev.sidekey.credential.ChildJvm;
import dev.sidekey.fakes.FakeAuthorizationServer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand agents whose first calls are refused before anybody has logged in, through real
 * connections and a heap of 128 MiB: one flow, and each gets its answer (U6).
 */
class ManyFirstCallsIT {
    /**
     * Sidekey has an upstream connection for each as well, once all go on. Without a file to spare
     * it cannot even load the class that says so: here classes are files.
     */
    private static final int AGENTS =
            (int) Math.min(Integer.getInteger("sidekey.agents", 10_000), descriptors() / 2 - 1_000);

    @TempDir Path directory;

    @Test
    @Timeout(240)
    void theyAllWaitForOneLoginAndAllGoOn() throws Exception {
        assumeTrue(AGENTS > 1_000, "a process may have " + descriptors() + " files");
        try (var authorization = FakeAuthorizationServer.start();
                var upstream =
                        new LoadServer(
                                authorization.issuer(),
                                token -> authorization.scopesOf(token) != null);
                var sidekey = new SmallSidekey(directory, configuration(upstream.url()));
                var agents = ChildJvm.start(ManyAgents.class, "" + sidekey.port(), "" + AGENTS)) {
            assertThat(agents.line()).isEqualTo("asked");
            RunningSidekey.await(() -> upstream.refused() == AGENTS, "all are refused");
            sidekey.say(AGENTS + " calls wait");

            new AdminPerson(sidekey.adminPort()).logIn();

            assertThat(agents.end()).containsExactly("0", "answered " + AGENTS);
            sidekey.say("all are answered");
            assertThat(authorization.http().asked("/register")).hasSize(1);
            assertThat(authorization.http().asked("/authorize")).hasSize(1);
            assertThat(authorization.http().asked("/token")).hasSize(1);
            assertThat(upstream.refused()).as("each refused once").isEqualTo(AGENTS);
        }
    }

    private static long descriptors() {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getMaxFileDescriptorCount();
    }

    private static String configuration(String url) {
        return """
        login-wait: 120s
        upstreams:
          default:
            url: %s
        """
                .formatted(url);
    }
}
