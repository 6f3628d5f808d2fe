package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.UpstreamConfig.Dpop;
import dev.sidekey.fakes.DpopGuard;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tokens that are bound to a key (RFC 9449; M12 to M14), against fakes that check every claim and
 * take no proof twice.
 */
final class DpopTest extends RoadTest {

    @BeforeEach
    void everythingIsBound() {
        authorization.switches.dpopAlgorithms = List.of("RS256", "ES256");
        mcp.switches.dpop = true;
        mcp.switches.scheme = "DPoP";
        mcp.switches.needed = Scopes.of("read");
    }

    @AfterEach
    void noProofWasWrong() {
        assertThat(authorization.dpop.problems()).isEmpty();
        assertThat(mcp.dpop.problems()).isEmpty();
    }

    private List<Asked> proven() {
        return mcp.http().asked("/mcp").stream()
                .filter(asked -> !asked.header("dpop").isEmpty())
                .toList();
    }

    private Asked lastToken() {
        return authorization.http().asked("/token").getLast();
    }

    @Test
    void aChallengeWithItsSchemeIsEnough() throws Exception {
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(sidekey.call("/mcp?a=1", "echo").get().body())
                    .contains("\"result\":{\"echo\"");
        }
        assertThat(proven())
                .hasSize(2)
                .allMatch(asked -> asked.header("authorization").startsWith("DPoP access-"))
                .allMatch(asked -> DpopGuard.claims(asked).get("htu").equals(mcp.url()));
        assertThat(authorization.http().asked("/authorize").getFirst().path())
                .contains("dpop_jkt=" + DpopGuard.thumbprint(lastToken()));
    }

    @Test
    void theMetadataAloneMayAskForIt() throws Exception {
        mcp.switches.scheme = "Bearer";
        mcp.switches.dpopInMetadata = true;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void aServerThatOnlyCouldDoItIsNotAskedTo() throws Exception {
        mcp.switches.dpop = false;
        mcp.switches.scheme = "Bearer";
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(lastToken().header("dpop")).isEmpty();
        assertThat(proven()).isEmpty();
    }

    @Test
    void ofBothChallengesTheBearerIsTaken() throws Exception {
        mcp.switches.dpop = false;
        mcp.switches.scheme = "DPoP algs=\"ES256\", Bearer";
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(lastToken().header("dpop")).isEmpty();
    }

    @Test
    void requireBindsWhereNobodyAsksForIt() throws Exception {
        mcp.switches.scheme = "Bearer";
        var config = config();
        config.dpop = Dpop.REQUIRE;
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void requireTakesNoPlainToken() throws Exception {
        authorization.switches.ignoresProofs = true;
        authorization.switches.dpopAlgorithms = null;
        var config = config();
        config.dpop = Dpop.REQUIRE;
        try (var sidekey = start(config)) {
            assertDenied(callAndLogIn(sidekey), "a plain bearer token, but dpop is require");
        }
        assertThat(mcp.http().asked("/mcp")).allMatch(a -> a.header("authorization").isEmpty());
    }

    @Test
    void aPlainTokenHeldFromBeforeIsNotShownWhereItIsRequired() throws Exception {
        mcp.switches.dpop = false;
        mcp.switches.scheme = "Bearer";
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
        }
        mcp.switches.dpop = true;
        var before = mcp.http().asked("/mcp").size();
        var config = config();
        config.dpop = Dpop.REQUIRE;
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(mcp.http().asked("/mcp").stream().skip(before))
                .noneMatch(asked -> asked.header("authorization").startsWith("Bearer"));
    }

    @Test
    void neverMeansNever() throws Exception {
        mcp.switches.dpop = false;
        var config = config();
        config.dpop = Dpop.NEVER;
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(lastToken().header("dpop")).isEmpty();
    }

    @Test
    void aServerWithoutOurAlgorithmIsNamed() throws Exception {
        authorization.switches.dpopAlgorithms = List.of("EdDSA");
        try (var sidekey = start()) {
            var answer = sidekey.call("/mcp", "echo").get();
            assertDenied(answer, authorization.issuer() + " does not take ES256");
        }
        assertThat(count("/authorize")).isZero();
    }

    @Test
    void anUpstreamThatTurnsToBoundTokensGetsOne() throws Exception {
        mcp.switches.dpop = false;
        mcp.switches.scheme = "Bearer";
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.dpop = true;
            mcp.switches.scheme = "DPoP";
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void eachRequestHasAProofOfItsOwn() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            for (int i = 0; i < 20; i++) {
                sidekey.call("/mcp", "echo").get();
            }
        }
        var ids = new HashSet<Object>();
        proven().forEach(asked -> ids.add(DpopGuard.claims(asked).get("jti")));
        assertThat(ids).hasSize(21);
    }

    @Test
    void aRefreshIsProvenWithTheSameKeyAlsoAfterARestart() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
        }
        var key = DpopGuard.thumbprint(lastToken());
        authorization.expireAccessTokens();
        try (var sidekey = start()) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(sidekey.logins()).isEmpty();
        }
        assertThat(lastToken().form()).containsEntry("grant_type", "refresh_token");
        assertThat(DpopGuard.thumbprint(lastToken())).isEqualTo(key).isNotNull();
        assertThat(DpopGuard.thumbprint(proven().getLast())).isEqualTo(key);
    }

    @Test
    void aLoginBegunBeforeARestartKeepsItsKey() throws Exception {
        var config = config();
        config.loginWait = Duration.ofMillis(200);
        var built = config.upstream("default", mcp.url()).build();
        String link;
        try (var sidekey = new RunningSidekey(built)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "/login/");
            link = sidekey.awaitLink();
        }
        try (var sidekey = new RunningSidekey(built)) {
            sidekey.follow(link);
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        assertThat(authorization.http().asked("/authorize").getFirst().path())
                .contains("dpop_jkt=" + DpopGuard.thumbprint(lastToken()));
    }

    @Test
    void aStepUpIsBoundThoughItsChallengeIsPlain() throws Exception {
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.scheme = "Bearer";
            assertThat(callAndLogIn(sidekey, "write").body()).contains("\"result\":{\"echo\"");
        }
        assertThat(count("/authorize")).isEqualTo(2);
    }

    @Test
    void aNonceOfTheTokenEndpointCostsOneMoreRequest() throws Exception {
        authorization.dpop.nonce = "as-1";
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/token")).isEqualTo(2);
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        assertThat(count("/token")).isEqualTo(3);
        assertThat(DpopGuard.claims(lastToken())).containsEntry("nonce", "as-1");
    }

    @Test
    void aTokenEndpointThatIsNeverContentWithANonceIsAskedTwice() throws Exception {
        authorization.switches.tokenAnswer =
                Answer.json(400, Map.of("error", "use_dpop_nonce")).with("DPoP-Nonce", "x");
        try (var sidekey = start()) {
            assertDenied(callAndLogIn(sidekey), "use_dpop_nonce");
        }
        assertThat(count("/token")).isEqualTo(2);
    }

    @Test
    void aNonceOfTheUpstreamIsNoFailureOfTheCredential() throws Exception {
        mcp.dpop.nonce = "rs-1";
        try (var sidekey = start()) {
            var answer = callAndLogIn(sidekey);
            assertThat(answer.body()).contains("\"result\":{\"echo\"");
            assertThat(proven()).hasSize(2);
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(proven()).hasSize(3);
            mcp.dpop.nonce = "rs-2";
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(proven()).hasSize(5);
        }
        assertThat(count("/token")).isEqualTo(1);
        assertThat(DpopGuard.claims(proven().getLast())).containsEntry("nonce", "rs-2");
    }

    @Test
    void aNonceThatComesWithAResultIsUsedNextAndNotRelayed() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.nextNonce = "rs-next";
            var answer = sidekey.call("/mcp", "echo").get();
            assertThat(answer.headers().map()).doesNotContainKey("dpop-nonce");
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        assertThat(proven()).hasSize(3);
        assertThat(DpopGuard.claims(proven().getLast())).containsEntry("nonce", "rs-next");
    }

    @Test
    void anUpstreamThatIsNeverContentWithANonceIsAskedThreeTimes() throws Exception {
        var numbers = new AtomicInteger();
        assertGivenUpAfter(3, () -> "rs-" + numbers.incrementAndGet());
    }

    @Test
    void theSameNonceAgainIsNotWorthAnotherTry() throws Exception {
        assertGivenUpAfter(2, () -> "rs-same");
    }

    /** And neither a refresh nor a login is tried in its place. */
    private void assertGivenUpAfter(int requests, Supplier<String> nonces) throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var before = proven().size();
            mcp.switches.uselessNonce = nonces;
            assertDenied(sidekey.call("/mcp", "echo").get(), "refuses this request");
            assertThat(proven()).hasSize(before + requests);
            assertThat(sidekey.logins()).isEmpty();
        }
        assertThat(count("/token")).isEqualTo(1);
    }

    @Test
    void theAgentsOwnProofStaysBehind() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var body = RunningSidekey.toolCall("echo");
            var answer = sidekey.post("/mcp", body, "DPoP", "its.own.proof").get();
            assertThat(answer.body()).contains("\"result\":{\"echo\"");
        }
        assertThat(mcp.http().asked("/mcp"))
                .noneMatch(asked -> asked.header("dpop").equals("its.own.proof"));
    }

    @Test
    void aBodyThatCannotBeSentAgainIsAnsweredWithWhatHelps() throws Exception {
        var config = config();
        config.replayBody = 1000;
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            mcp.dpop.nonce = "rs-1";
            var large = RunningSidekey.toolCall("x".repeat(5000));
            var answer = sidekey.post("/mcp", large).get();
            assertThat(answer.body()).contains("body_not_replayable").contains("nonce");
            assertThat(sidekey.post("/mcp", large).get().body()).contains("\"result\":{\"echo\"");
        }
        assertThat(count("/token")).isEqualTo(1);
    }

    @Test
    void aRedirectIsFollowedWithAProofForItsTarget() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.movedTo = "/mcp/new";
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        var hops = mcp.http().asked("/mcp/new");
        assertThat(hops).hasSize(1);
        assertThat(DpopGuard.claims(hops.getFirst())).containsEntry("htu", mcp.url() + "/new");
    }

    @Test
    void aGrantWithoutAPersonIsBoundAndAskedAgainWithTheSameKey() throws Exception {
        authorization.switches.metadata =
                Map.of("grant_types_supported", List.of("client_credentials"));
        authorization.switches.furtherGrants = _ -> Scopes.of("read");
        authorization.dpop.nonce = "as-1";
        var config = config();
        config.clientId = "agent";
        config.clientSecret = Secret.of("s3cret");
        config.clientIssuer = authorization.issuer();
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        var keys = authorization.http().asked("/token").stream().map(DpopGuard::thumbprint);
        assertThat(keys.distinct()).hasSize(1).doesNotContainNull();
        assertThat(count("/token")).isEqualTo(3);
    }
}
