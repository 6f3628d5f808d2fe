package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Keycloak binds its tokens to Sidekey's key (RFC 9449), and an MCP server checks each
 * request: the token's signature and {@code cnf.jkt}, the proof's every claim, and that no proof
 * comes twice.
 *
 * <p>Keycloak 26.7.3 cannot be made to ask for nonces: {@code use_dpop_nonce} stands nowhere in it,
 * and {@code DPoP-Nonce} only at the endpoint for verifiable credentials. So the MCP server asks
 * for them here; an authorization server that does is shown in {@code DpopTest}.
 */
@Timeout(600)
class KeycloakDpopIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @Test
    void tokensAreBoundToOneKeyFromTheLoginOn() throws Exception {
        int port = TestConfig.freePort();
        var audience = "http://127.0.0.1:" + port + "/mcp";
        try (var keycloak = new KeycloakServer(work, audience)) {
            var checker = new TokenChecker(keycloak.issuer(), audience);
            try (var mcp = FakeMcpServer.start(port, keycloak.issuer(), checker::scopesOf)) {
                mcp.switches.needed = Scopes.of("mcp:read");
                mcp.switches.dpop = true;
                mcp.switches.dpopInMetadata = true;
                mcp.switches.thumbprintOf = KeycloakDpopIT::boundTo;
                try (var sidekey = new SidekeyProcess(work, mcp.url())) {
                    var first = sidekey.call("echo");
                    new ScriptedBrowser().logIn(sidekey.awaitLink(), "alice", "alice");
                    assertThat(first.get().body()).contains("\"result\":{\"echo\"");
                    var key = boundTo(tokenOf(last(mcp)));
                    assertThat(key).isNotNull();
                    refreshedTokensKeepTheKey(sidekey, mcp, key);
                    aNonceIsTakenUp(sidekey, mcp);
                    sidekey.killAndRestart();
                    assertThat(sidekey.call("echo").get().body()).contains("\"result\":{\"echo\"");
                    assertThat(boundTo(tokenOf(last(mcp)))).isEqualTo(key);
                    assertThat(sidekey.logins()).isEmpty();
                    assertThat(mcp.dpop.problems()).isEmpty();
                    aRequestThatIsSentAgainByAThiefIsRefused(sidekey, mcp);
                }
            }
        }
    }

    /** Tokens live five seconds here: within twelve there are at least two refreshes. */
    private static void refreshedTokensKeepTheKey(
            SidekeyProcess sidekey, FakeMcpServer mcp, String key) throws Exception {
        var token = tokenOf(last(mcp));
        var ends = System.nanoTime() + 12_000_000_000L;
        while (System.nanoTime() < ends) {
            assertThat(sidekey.call("echo").get().body()).contains("\"result\":{\"echo\"");
            RunningSidekey.pause();
        }
        assertThat(tokenOf(last(mcp))).isNotEqualTo(token);
        assertThat(boundTo(tokenOf(last(mcp)))).isEqualTo(key);
    }

    private static void aNonceIsTakenUp(SidekeyProcess sidekey, FakeMcpServer mcp)
            throws Exception {
        mcp.dpop.nonce = "one";
        assertThat(sidekey.call("echo").get().body()).contains("\"result\":{\"echo\"");
        mcp.switches.nextNonce = "two";
        assertThat(sidekey.call("echo").get().body()).contains("\"result\":{\"echo\"");
        assertThat(sidekey.call("echo").get().body()).contains("\"result\":{\"echo\"");
    }

    /** With a token that lives on: a dead one would be refused for another reason. */
    private static void aRequestThatIsSentAgainByAThiefIsRefused(
            SidekeyProcess sidekey, FakeMcpServer mcp) throws Exception {
        do {
            assertThat(sidekey.call("echo").get().body()).contains("\"result\":{\"echo\"");
        } while (!livesOn(tokenOf(last(mcp))));
        var seen = last(mcp);
        try (var http = HttpClient.newHttpClient()) {
            var again =
                    HttpRequest.newBuilder(URI.create(mcp.url()))
                            .header("Authorization", seen.header("authorization"))
                            .header("DPoP", seen.header("dpop"))
                            .POST(HttpRequest.BodyPublishers.ofString(seen.body()))
                            .build();
            assertThat(http.send(again, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
        }
        assertThat(mcp.dpop.problems()).containsExactly("it was shown before");
    }

    private static boolean livesOn(String token) throws ParseException {
        var ends = SignedJWT.parse(token).getJWTClaimsSet().getExpirationTime().toInstant();
        return Instant.now().plusSeconds(3).isBefore(ends);
    }

    private static Asked last(FakeMcpServer mcp) {
        return mcp.http().asked("/mcp").getLast();
    }

    private static String tokenOf(Asked asked) {
        return asked.header("authorization").replace("DPoP ", "");
    }

    /** {@code cnf.jkt} of a token, which Keycloak has signed (RFC 9449 §6.1). */
    private static @Nullable String boundTo(String token) {
        try {
            var confirmation = SignedJWT.parse(token).getJWTClaimsSet().getJSONObjectClaim("cnf");
            return confirmation == null ? null : String.valueOf(confirmation.get("jkt"));
        } catch (ParseException e) {
            return null;
        }
    }
}
