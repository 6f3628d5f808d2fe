package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Scopes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real servers do to a client, each against a fake that does the same. Names of products say
 * where it was seen; the code knows none of them.
 */
final class RealServersTest extends RoadTest {

    private Asked registration() {
        return authorization.http().asked("/register").getLast();
    }

    private Map<String, String> authorizationRequest() {
        var path = authorization.http().asked("/authorize").getLast().path();
        return FakeHttp.parse(path.split("\\?", 2)[1]);
    }

    /** Keycloak, oidc-provider, Hydra. */
    @Test
    void aRegisteredScopeIsACeilingSoAStepUpRegistersTheWiderSetFirst() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(callAndLogIn(sidekey, "write").body()).contains("\"result\":{\"echo\"");
            assertThat(registration().body()).contains("\"scope\":\"read write\"");
            assertThat(count("/authorize")).isEqualTo(2);
        }
    }

    /**
     * Spring's MCP authorization server: only a login without scope works, and it is remembered.
     */
    @Test
    void theEndOfTheScopeLadderIsRemembered() throws Exception {
        mcp.switches.scopesSupported = Scopes.of("a", "b");
        authorization.switches.refusesScopeAtRegistration = true;
        authorization.switches.refusesScopeAtLogin = true;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            sidekey.admin("/api/v1/upstreams/default/logout");
            var registrations = count("/register");
            var requests = count("/authorize");
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isEqualTo(registrations);
            assertThat(count("/authorize")).isEqualTo(requests + 1);
            assertThat(authorizationRequest()).doesNotContainKey("scope");
        }
    }

    /** better-auth registers everything; Cloudflare says nothing; FastMCP narrows. */
    @ParameterizedTest
    @CsvSource({"'read write admin',1", "'',1", "'read',1"})
    void whatTheRegistrationAnswersIsWhatIsRegistered(String answered, int registrations)
            throws Exception {
        mcp.switches.needed = Scopes.of("read", "write");
        authorization.switches.registrationReply = Map.of("scope", answered);
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            sidekey.admin("/api/v1/upstreams/default/logout");
            callAndLogIn(sidekey);
            // also a narrower one than asked for: the server would not answer otherwise next time
            assertThat(count("/register")).isEqualTo(registrations);
        }
    }

    /** Hydra: null and empty members mean absent. */
    @Test
    void nullAndEmptyMembersOfARegistrationAreAbsent() throws Exception {
        var members = new LinkedHashMap<String, Object>();
        members.put("client_uri", "");
        members.put("contacts", null);
        members.put("client_secret", "");
        members.put("scope", null);
        members.put("registration_client_uri", "");
        members.put("token_endpoint_auth_method", null);
        authorization.switches.registrationReply = members;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .containsEntry("client_id", "client-1")
                    .doesNotContainKey("client_secret");
        }
    }

    /** Python servers: a secret, whatever was asked; some without naming a method. */
    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
    void aSecretWithoutAMethodIsShownAsTheMetadataSays(String method) throws Exception {
        authorization.switches.authMethod = method;
        var members = new LinkedHashMap<String, Object>();
        members.put("token_endpoint_auth_method", null);
        authorization.switches.registrationReply = members;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            var asked = authorization.http().asked("/token").getFirst();
            assertThat(asked.header("authorization").startsWith("Basic "))
                    .isEqualTo(method.equals("client_secret_basic"));
            assertThat(asked.form().containsKey("client_secret"))
                    .isEqualTo(method.equals("client_secret_post"));
        }
    }

    /** Figma: registered as none, and a secret all the same (E4). */
    @Test
    void aSecretThatComesWithTheMethodNoneIsSentInTheBody() throws Exception {
        authorization.switches.authMethod = "client_secret_post";
        authorization.switches.registrationReply = Map.of("token_endpoint_auth_method", "none");
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .containsEntry("client_secret", "secret-client-1");
        }
    }

    /** The TypeScript SDK's server: 30 days (E18). */
    @Test
    void aClientWhoseSecretHasExpiredIsRegisteredAnewBeforeTheNextLogin() throws Exception {
        authorization.switches.authMethod = "client_secret_basic";
        var past = System.currentTimeMillis() / 1000 - 5;
        authorization.switches.registrationReply = Map.of("client_secret_expires_at", past);
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            sidekey.admin("/api/v1/upstreams/default/logout");
            callAndLogIn(sidekey);
            assertThat(count("/register")).isEqualTo(2);
        }
    }

    /** The Python SDK 1.9: a 401 without any challenge, and none with a scope. */
    @Test
    void aChallengeThatIsMissingAltogetherStillLeadsToTheMetadata() throws Exception {
        mcp.switches.sendsChallenge = false;
        mcp.switches.scopesSupported = Scopes.of("listed");
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(authorizationRequest()).containsEntry("scope", "listed");
        }
    }

    /** FastMCP and older SDKs: a final slash in all documents alike is the issuer's own. */
    @Test
    void aFinalSlashOfTheIssuerIsKeptWhereAllDocumentsHaveIt() throws Exception {
        authorization.switches.path = "/";
        mcp.switches.issuer = authorization.issuer();
        assertThat(authorization.issuer()).endsWith("/");
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body())
                    .contains("\"issuer\":\"" + authorization.issuer() + "\"");
        }
    }

    /** Hydra, Spring, zitadel send no iss; Keycloak sends session_state besides. */
    @Test
    void aCallbackWithoutIssWhereNoneIsPromisedIsFine() throws Exception {
        authorization.switches.announcesIss = false;
        authorization.switches.omitsIss = true;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    /** oidc-provider: offline_access is asked for, granted in silence, and asked for again. */
    @Test
    void offlineAccessThatTheGrantDoesNotNameIsAskedForAgainAtTheNextStepUp() throws Exception {
        authorization.switches.scopesSupported = Scopes.of("read", "write", "offline_access");
        authorization.switches.grantedScope = "read";
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(authorizationRequest()).containsEntry("prompt", "consent");
            authorization.switches.grantedScope = null;
            callAndLogIn(sidekey, "write");
            assertThat(Scopes.parse(authorizationRequest().get("scope")).tokens())
                    .containsExactlyInAnyOrder("read", "write", "offline_access");
        }
    }

    /** FastMCP's in-memory provider: showing an expired access token destroys the refresh token. */
    @Test
    void anExpiredTokenIsNeverShownWhileItCanBeRefreshed() throws Exception {
        authorization.switches.expiresIn = 1;
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            LockSupport.parkNanos(1_200_000_000L);
            var before = mcp.http().asked("/mcp").size();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(mcp.http().asked("/mcp")).hasSize(before + 1);
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    /** The Python SDK 1.9: POST /mcp is answered with 307 to an absolute URL of the upstream's. */
    @Test
    void aRedirectToAnAbsoluteUrlOfTheUpstreamIsFollowedAndNotShownToTheAgent() throws Exception {
        mcp.switches.movedTo = "/mcp/";
        try (var sidekey = start()) {
            var answer = callAndLogIn(sidekey);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"result\":{\"echo\"");
            assertThat(mcp.http().asked("/mcp/").getLast().header("authorization"))
                    .startsWith("Bearer ");
        }
    }

    /** A login page may answer JSON in place of a redirect; GitHub answers errors with 200. */
    @Test
    void aTokenAnswerThatIsAFormIsRead() throws Exception {
        try (var sidekey = start()) {
            var call = sidekey.call("/mcp", "echo");
            var link = sidekey.awaitLink();
            authorization.switches.tokenAnswer =
                    new Answer(
                            200,
                            "application/x-www-form-urlencoded",
                            "error=bad_verification_code&error_description=expired",
                            Map.of());
            sidekey.follow(link);
            assertDenied(call.get(), "bad_verification_code");
        }
    }

    /** What servers accept in place of a scope string. */
    @Test
    void grantedScopesMayBeAnArrayOrPartedByCommas() throws Exception {
        mcp.switches.needed = Scopes.of("read", "write");
        authorization.switches.grantedScope = List.of("read", "write");
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body())
                    .contains("\"granted\":\"read write\"");
        }
    }
}
