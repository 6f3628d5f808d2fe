package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every request of a first call, counted at both servers. The least that the specification allows a
 * client which knows nothing yet:
 *
 * <ol>
 *   <li>the call without a token, which brings the challenge (T4, T8),
 *   <li>the protected resource metadata that the challenge names (P1), read anew in each flow (P9),
 *   <li>the authorization server's metadata, the first well-known location (A1, A2), whose issuer
 *       is compared anew (A4),
 *   <li>the registration, bound to issuer, resource and redirect URI (C1, C5, C9, C15, B1),
 *   <li>the browser's authorization request (K1 to K7),
 *   <li>the token request (E1),
 *   <li>the same call once more, with the token (T1).
 * </ol>
 *
 * <p>No probe, no second location once one has answered, no token introspection, no HEAD (A11).
 */
final class RoundTripsTest extends RoadTest {
    private static final String CALL = "POST /mcp";
    private static final String RESOURCE = "GET /.well-known/oauth-protected-resource/mcp";
    private static final String SERVER = "GET /.well-known/oauth-authorization-server";
    private static final String REGISTER = "POST /register";
    private static final String LOGIN = "GET /authorize";
    private static final String TOKEN = "POST /token";

    private static List<String> asked(FakeHttp server, int before) {
        return server.asked().stream()
                .skip(before)
                .map(one -> one.method() + " " + one.path().split("\\?", 2)[0])
                .toList();
    }

    private int atServer() {
        return authorization.http().asked().size();
    }

    private int atMcp() {
        return mcp.http().asked().size();
    }

    @Test
    void aFirstCallMakesSevenRequestsAndTheNextOne() throws Exception {
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");

            assertThat(asked(mcp.http(), 0)).containsExactly(CALL, RESOURCE, CALL);
            assertThat(asked(authorization.http(), 0))
                    .containsExactly(SERVER, REGISTER, LOGIN, TOKEN);

            var server = atServer();
            var upstream = atMcp();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(asked(mcp.http(), upstream)).containsExactly(CALL);
            assertThat(asked(authorization.http(), server)).isEmpty();
        }
    }

    /** C15: a registration is of one resource, so that its scopes are those that are asked for. */
    @Test
    void aSecondServerOfTheSameAuthorizationServerCostsWhatTheFirstDid() throws Exception {
        try (var other = FakeMcpServer.start(authorization);
                var sidekey = start(config().upstream("other", other.url()))) {
            callAndLogIn(sidekey);
            var server = atServer();
            var upstream = atMcp();

            var call = sidekey.call("/other", "echo");
            sidekey.logIn();
            assertThat(call.get().body()).contains("\"result\":{\"echo\"");

            assertThat(asked(other.http(), 0)).containsExactly(CALL, RESOURCE, CALL);
            assertThat(asked(authorization.http(), server))
                    .containsExactly(SERVER, REGISTER, LOGIN, TOKEN);
            assertThat(asked(mcp.http(), upstream)).isEmpty();
        }
    }

    /** Same URL, same account: the same credential (B7). */
    @Test
    void aSecondNameForTheSameServerCostsNothing() throws Exception {
        try (var sidekey = start(config().upstream("alias", mcp.url()))) {
            callAndLogIn(sidekey);
            var server = atServer();
            var upstream = atMcp();

            assertThat(sidekey.call("/alias", "echo").get().body())
                    .contains("\"result\":{\"echo\"");

            assertThat(asked(mcp.http(), upstream)).containsExactly(CALL);
            assertThat(asked(authorization.http(), server)).isEmpty();
        }
    }

    /** C10, C15: a registration outlives its tokens and the process. */
    @Test
    void afterARestartALoginMakesUseOfTheStoredRegistration() throws Exception {
        authorization.switches.issuesRefreshTokens = false;
        var config = config().upstream("default", mcp.url()).build();
        try (var sidekey = new RunningSidekey(config)) {
            callAndLogIn(sidekey);
        }
        authorization.expireAccessTokens();
        var server = atServer();
        var upstream = atMcp();
        try (var sidekey = new RunningSidekey(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");

            assertThat(asked(mcp.http(), upstream)).containsExactly(CALL, RESOURCE, CALL);
            assertThat(asked(authorization.http(), server)).containsExactly(SERVER, LOGIN, TOKEN);
        }
    }

    /** P9, B2: a 401 has both documents read anew before a refresh token is shown to anybody. */
    @Test
    void aRefusedTokenIsRefreshedOnceItsServerWasFoundAnew() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            var server = atServer();
            var upstream = atMcp();

            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");

            assertThat(asked(mcp.http(), upstream)).containsExactly(CALL, RESOURCE, CALL);
            assertThat(asked(authorization.http(), server)).containsExactly(SERVER, TOKEN);
        }
    }

    /** U1, U3: another login; C9: the registration has to name the wider set first. */
    @Test
    void aStepUpMakesTheSameSevenRequestsAndTheNextWiderCallOne() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var server = atServer();
            var upstream = atMcp();

            assertThat(callAndLogIn(sidekey, "write").body()).contains("\"result\":{\"echo\"");

            assertThat(asked(mcp.http(), upstream)).containsExactly(CALL, RESOURCE, CALL);
            assertThat(asked(authorization.http(), server))
                    .containsExactly(SERVER, REGISTER, LOGIN, TOKEN);

            var widened = atMcp();
            assertThat(sidekey.call("/mcp", "write").get().body()).contains("\"result\":{\"echo\"");
            assertThat(asked(mcp.http(), widened)).containsExactly(CALL);
        }
    }

    /** M1 to M4, C1: neither a person nor a registration. */
    @Test
    void aClientForItselfMakesFiveRequests() throws Exception {
        authorization.switches.metadata =
                Map.of(
                        "grant_types_supported",
                        List.of("client_credentials"),
                        "token_endpoint_auth_methods_supported",
                        List.of("client_secret_basic"));
        authorization.switches.furtherGrants = _ -> Scopes.none();
        var config = config();
        config.clientId = "agent";
        config.clientSecret = Secret.of("s3cret");
        config.clientIssuer = authorization.issuer();
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");

            assertThat(asked(mcp.http(), 0)).containsExactly(CALL, RESOURCE, CALL);
            assertThat(asked(authorization.http(), 0)).containsExactly(SERVER, TOKEN);
        }
    }
}
