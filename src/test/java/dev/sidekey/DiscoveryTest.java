package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Finding out who may give a token, and believing nobody too easily (P1 to P9, A1 to A11). */
final class DiscoveryTest extends RoadTest {

    @Test
    void withoutAnyNameForTheMetadataTheWellKnownPlacesAreAsked() throws Exception {
        mcp.switches.namesMetadata = false;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(mcp.http().asked("/.well-known/oauth-protected-resource/mcp")).hasSize(1);
            assertThat(mcp.http().asked("/.well-known/oauth-protected-resource")).isEmpty();
        }
    }

    @Test
    void aServerThatSendsNoChallengeAtAllIsUnderstood() throws Exception {
        mcp.switches.sendsChallenge = false;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void aResourceOfAnotherOriginEndsTheFlowBeforeAnyAuthorizationRequest() throws Exception {
        mcp.switches.resource = "https://evil.example.com/mcp";
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "is for another resource");
            assertThat(authorization.http().asked()).isEmpty();
        }
    }

    @Test
    void metadataOfAnotherIssuerIsNotUsed() throws Exception {
        authorization.switches.issuerInMetadata = "https://attacker.example.com";
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "accept-issuers");
            assertThat(count("/authorize") + count("/register")).isZero();
        }
    }

    @Test
    void anIssuerThatTheOperatorCallsTheSameServerIsAccepted() throws Exception {
        authorization.switches.issuerInMetadata = "https://other.example.com";
        authorization.switches.iss = "https://other.example.com";
        var config = config();
        config.acceptIssuers = List.of("https://other.example.com");
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void withoutPkceInTheMetadataTheErrorNamesTheSwitch() throws Exception {
        authorization.switches.listsPkce = false;
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "assume-pkce");
        }
    }

    @Test
    void assumePkceGoesOnWithoutTheList() throws Exception {
        authorization.switches.listsPkce = false;
        var config = config();
        config.assumePkce = true;
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void anAuthorizationServerThatIsNowhereIsACleanError() throws Exception {
        mcp.switches.issuer = "http://127.0.0.1:" + TestConfig.freePort();
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "cannot be reached");
        }
    }

    @Test
    void anAuthorizationServerInTheLinkLocalRangeIsNeverAsked() throws Exception {
        mcp.switches.issuer = "https://169.254.169.254";
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "cloud metadata");
        }
    }

    @Test
    void plainHttpElsewhereIsRefusedWithTheKeyThatAllowsIt() throws Exception {
        mcp.switches.issuer = "http://as.example.com";
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "insecure-http");
        }
    }

    @Test
    void theResourceIsSentByteForByteInBothRequests() throws Exception {
        mcp.switches.resource = mcp.http().url();
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var encoded = "resource=" + mcp.http().url().replace(":", "%3A").replace("/", "%2F");
            assertThat(authorization.http().asked("/authorize").getFirst().path())
                    .endsWith(encoded);
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .containsEntry("resource", mcp.http().url());
        }
    }

    @Test
    void aResourceThatTheOperatorSwitchedOffIsSentNowhere() throws Exception {
        var config = config();
        config.resource = "none";
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(authorization.http().asked("/authorize").getFirst().path())
                    .doesNotContain("resource=");
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .doesNotContainKey("resource");
        }
    }

    @Test
    void anAuthorizationServerThatMovedGetsAClientOfItsOwn() throws Exception {
        try (var other = dev.sidekey.fakes.FakeAuthorizationServer.start();
                var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            mcp.switches.issuer = other.issuer();
            var call = sidekey.call("/mcp", "echo");
            sidekey.logIn();
            assertThat(call.get().body())
                    .contains("isError"); // the resource trusts the old one only
            assertThat(other.http().asked("/register")).hasSize(1);
            assertThat(other.http().asked("/authorize").getFirst().path())
                    .contains("client_id=client-1");
            assertThat(authorization.http().asked("/token")).hasSize(1);
        }
    }

    @Test
    void anUpstreamThatFailsOnItsMetadataIsATransientError() throws Exception {
        mcp.switches.servesMetadata = false;
        mcp.switches.issuer = null;
        authorization.switches.tokenAnswer = Answer.text(500, "down");
        try (var sidekey = start()) {
            // without metadata the upstream itself is taken for the authorization server (A6, A7)
            var call = sidekey.call("/mcp", "echo");
            assertThat(call.get().body()).contains("isError");
        }
    }
}
