package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.Scopes;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent without OAuth reaches a protected MCP server: the whole road, in one process. */
class CorePathTest {
    @TempDir Path state;

    private final FakeAuthorizationServer authorization = FakeAuthorizationServer.start();
    private final FakeMcpServer mcp = FakeMcpServer.start(authorization);

    @AfterEach
    void stop() {
        mcp.close();
        authorization.close();
    }

    private RunningSidekey start() throws Exception {
        return new RunningSidekey(new TestConfig(state).upstream("default", mcp.url()).build());
    }

    @Test
    void theSameCallReturnsItsResultAfterOneLogin() throws Exception {
        mcp.switches.needed = Scopes.of("notes");
        try (var sidekey = start()) {
            var call = sidekey.call("/mcp", "echo");
            var hops = sidekey.logIn();
            assertThat(hops.getLast().statusCode()).isEqualTo(200);
            var answer = call.get();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"id\":7").contains("echo");
            assertThat(answer.headers().map()).doesNotContainKey("www-authenticate");

            assertThat(sidekey.call("/mcp", "echo").get().statusCode()).isEqualTo(200);
            assertThat(authorization.http().asked("/authorize")).hasSize(1);
        }
    }

    @Test
    void theRegistrationNamesTheVeryScopesThatAreAskedFor() throws Exception {
        mcp.switches.needed = Scopes.of("b", "a");
        try (var sidekey = start()) {
            var call = sidekey.call("/mcp", "echo");
            sidekey.logIn();
            call.get();
            var registration = authorization.http().asked("/register").getFirst().body();
            assertThat(registration).contains("\"scope\":\"b a\"");
            var asked = authorization.http().asked("/authorize").getFirst().path();
            assertThat(asked).contains("scope=b+a");
        }
    }

    @Test
    void aStepUpKeepsWhatWasGrantedAndRegistersTheWiderSet() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            var first = sidekey.call("/mcp", "echo");
            sidekey.logIn();
            assertThat(first.get().statusCode()).isEqualTo(200);

            var second = sidekey.call("/mcp", "write");
            sidekey.logIn();
            assertThat(second.get().body()).contains("\"result\":{\"echo\"");
            var registrations = authorization.http().asked("/register");
            assertThat(registrations).hasSize(2);
            assertThat(registrations.get(1).body()).contains("\"scope\":\"read write\"");
        }
    }

    @Test
    void noLoginIsNeededAfterARestart() throws Exception {
        try (var sidekey = start()) {
            var call = sidekey.call("/mcp", "echo");
            sidekey.logIn();
            assertThat(call.get().statusCode()).isEqualTo(200);
        }
        try (var sidekey = start()) {
            assertThat(sidekey.call("/mcp", "echo").get().statusCode()).isEqualTo(200);
            assertThat(authorization.http().asked("/authorize")).hasSize(1);
        }
    }
}
