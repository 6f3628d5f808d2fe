package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the whole road share: the fakes, a state directory, an agent's call. */
abstract class RoadTest {
    @TempDir Path state;

    final FakeAuthorizationServer authorization = FakeAuthorizationServer.start();
    final FakeMcpServer mcp = FakeMcpServer.start(authorization);

    final TestConfig config() {
        return new TestConfig(state);
    }

    @AfterEach
    void stopFakes() {
        mcp.close();
        authorization.close();
    }

    RunningSidekey start() throws Exception {
        return start(config());
    }

    RunningSidekey start(TestConfig config) throws Exception {
        return new RunningSidekey(config.upstream("default", mcp.url()).build());
    }

    /** A call that needs a login, and gets it. */
    static HttpResponse<String> callAndLogIn(RunningSidekey sidekey) throws Exception {
        return callAndLogIn(sidekey, "echo");
    }

    static HttpResponse<String> callAndLogIn(RunningSidekey sidekey, String tool) throws Exception {
        CompletableFuture<HttpResponse<String>> call = sidekey.call("/mcp", tool);
        sidekey.logIn();
        return call.get();
    }

    /** A call that is answered by Sidekey itself, with a reason. */
    static void assertDenied(HttpResponse<String> answer, String words) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"isError\":true").contains(words);
        assertThat(answer.headers().map()).doesNotContainKey("www-authenticate");
    }

    int count(String path) {
        return authorization.http().asked(path).size();
    }
}
