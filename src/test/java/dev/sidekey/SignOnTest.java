package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.IdentityProviderConfig;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.fakes.FakeIdentityProvider;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single sign-on for agents: a person logs in at the identity provider once, and its ID token is
 * exchanged for every upstream of the account (M5 to M9). Two upstreams, with an authorization
 * server each.
 */
final class SignOnTest {
    private static final List<String> NAMES = List.of("files", "mail");

    @TempDir Path state;

    private final FakeIdentityProvider provider = FakeIdentityProvider.start();
    private final List<FakeAuthorizationServer> servers = new ArrayList<>();
    private final List<FakeMcpServer> upstreams = new ArrayList<>();
    private TestConfig config;

    @BeforeEach
    void connectTheServers() {
        config = new TestConfig(state.resolve("state"));
        config.inputs =
                new GrantInputs(
                        TokenSourceConfig.none(),
                        TokenSourceConfig.none(),
                        TokenSourceConfig.none(),
                        new IdentityProviderConfig(
                                provider.issuer(),
                                null,
                                ClientConfig.of("idp-client", Secret.of("idp-s3cret"))),
                        GrantInputs.none().header(),
                        null);
        for (var name : NAMES) {
            var server = FakeAuthorizationServer.start();
            server.switches.authMethod = "client_secret_basic";
            server.switches.furtherGrants = asked -> redeemed(server, asked);
            server.switches.prefix = name + "-";
            servers.add(server);
            var upstream = FakeMcpServer.start(server);
            upstream.switches.needed = Scopes.of("read");
            upstreams.add(upstream);
            config.clientId = "at-" + name;
            config.clientSecret = Secret.of("secret-of-" + name);
            config.clientIssuer = server.issuer();
            config.upstream(name, upstream.url());
        }
    }

    /** Each server takes assertions that were made for it, once. */
    private @Nullable Scopes redeemed(FakeAuthorizationServer server, Asked asked) {
        var made = provider.take(asked.form().getOrDefault("assertion", ""));
        return made == null || !server.issuer().equals(made.get("audience"))
                ? null
                : Scopes.parse(made.get("scope"));
    }

    @AfterEach
    void stop() {
        upstreams.forEach(FakeMcpServer::close);
        servers.forEach(FakeAuthorizationServer::close);
        provider.close();
    }

    private RunningSidekey start() throws Exception {
        return new RunningSidekey(config.build());
    }

    private static String call(RunningSidekey sidekey, String upstream) throws Exception {
        return sidekey.call("/" + upstream + "/mcp", "echo").get().body();
    }

    private void signOn(RunningSidekey sidekey) throws Exception {
        var call = sidekey.call("/files/mcp", "echo");
        sidekey.logIn();
        assertThat(call.get().body()).contains("\"result\":{\"echo\"");
    }

    private int logins() {
        return (int)
                provider.http().asked().stream()
                        .filter(asked -> asked.path().startsWith("/authorize"))
                        .count();
    }

    private List<Asked> exchanges() {
        return provider.http().asked("/token").stream()
                .filter(asked ->
                        FakeIdentityProvider.EXCHANGE.equals(asked.form().get("grant_type")))
                .toList();
    }

    private void expireAccessTokens() {
        servers.forEach(FakeAuthorizationServer::expireAccessTokens);
    }

    @Test
    void oneLoginServesEveryUpstreamOfTheAccount() throws Exception {
        try (var sidekey = start()) {
            var files = sidekey.call("/files/mcp", "echo");
            var mail = sidekey.call("/mail/mcp", "echo");
            sidekey.logIn();
            assertThat(files.get().body()).contains("\"result\":{\"echo\"");
            assertThat(mail.get().body()).contains("\"result\":{\"echo\"");
            assertThat(sidekey.logins()).isEmpty();
            assertThat(logins()).isEqualTo(1);
            assertThat(exchanges())
                    .extracting(asked -> asked.form().get("audience"))
                    .containsExactlyInAnyOrder(
                            servers.getFirst().issuer(), servers.getLast().issuer());
            for (var server : servers) {
                assertThat(server.http().asked())
                        .noneMatch(asked -> asked.path().startsWith("/authorize"));
            }
        }
    }

    @Test
    void theLoginIsThatOfOpenIdConnectAtTheProvidersOwnEndpoints() throws Exception {
        try (var sidekey = start()) {
            signOn(sidekey);
            var asked =
                    provider.http().asked().stream()
                            .filter(one -> one.path().startsWith("/authorize"))
                            .findFirst()
                            .orElseThrow();
            assertThat(FakeHttp.parse(asked.path().split("\\?", 2)[1]))
                    .containsEntry("client_id", "idp-client")
                    .containsEntry("scope", "openid offline_access")
                    .containsEntry("prompt", "consent")
                    .containsEntry("code_challenge_method", "S256")
                    .doesNotContainKey("resource");
            assertThat(provider.http().asked("/token").getFirst().form())
                    .containsEntry("grant_type", "authorization_code")
                    .containsEntry("client_secret", "idp-s3cret");
            assertThat(exchanges().getFirst().form())
                    .containsEntry(
                            "subject_token_type", "urn:ietf:params:oauth:token-type:id_token");
        }
    }

    @Test
    void aProviderThatOffersNoLastingSessionIsNotAskedForOne() throws Exception {
        provider.listsOfflineAccess = false;
        try (var sidekey = start()) {
            signOn(sidekey);
            assertThat(provider.http().asked())
                    .noneMatch(asked -> asked.path().contains("offline_access"));
        }
    }

    @Test
    void theIdTokenMayBeExchangedAtTheUpstreamsServerToo() throws Exception {
        var server = servers.getFirst();
        server.switches.furtherGrants =
                asked ->
                        provider.knows(asked.form().getOrDefault("subject_token", ""))
                                ? Scopes.parse(asked.form().get("scope"))
                                : null;
        config.grant = "token_exchange";
        config.clientId = "at-files";
        config.clientSecret = Secret.of("secret-of-files");
        config.clientIssuer = server.issuer();
        config.upstream("files", upstreams.getFirst().url());
        try (var sidekey = start()) {
            signOn(sidekey);
            assertThat(server.http().asked("/token").getFirst().form())
                    .containsEntry(
                            "subject_token_type", "urn:ietf:params:oauth:token-type:id_token")
                    .containsEntry("grant_type", FakeIdentityProvider.EXCHANGE);
            assertThat(call(sidekey, "mail")).contains("\"result\":{\"echo\"");
            assertThat(logins()).isEqualTo(1);
        }
    }

    @Test
    void theSessionOutlivesARestart() throws Exception {
        try (var sidekey = start()) {
            signOn(sidekey);
        }
        expireAccessTokens();
        try (var sidekey = start()) {
            assertThat(call(sidekey, "mail")).contains("\"result\":{\"echo\"");
            assertThat(call(sidekey, "files")).contains("\"result\":{\"echo\"");
            assertThat(logins()).isEqualTo(1);
        }
    }

    @Test
    void anIdTokenThatEndsIsRenewedWithoutAPerson() throws Exception {
        provider.idTokenLives = 1;
        try (var sidekey = start()) {
            signOn(sidekey);
            for (int i = 0; i < 3; i++) {
                var before = renewals();
                expireAccessTokens();
                RunningSidekey.await(
                        () -> {
                            expireAccessTokens();
                            return sidekey.call("/mail/mcp", "echo")
                                            .join()
                                            .body()
                                            .contains("\"result\":{\"echo\"")
                                    && renewals() > before;
                        },
                        "another ID token");
            }
            assertThat(logins()).isEqualTo(1);
        }
    }

    private long renewals() {
        return provider.http().asked("/token").stream()
                .filter(asked -> "refresh_token".equals(asked.form().get("grant_type")))
                .count();
    }

    @Test
    void aSessionThatTheProviderEndedAsksForOneLoginAgain() throws Exception {
        provider.idTokenLives = 1;
        try (var sidekey = start()) {
            signOn(sidekey);
            provider.endSessions();
            provider.forgetIdTokens();
            provider.idTokenLives = 3600;
            expireAccessTokens();
            signOn(sidekey);
            assertThat(call(sidekey, "mail")).contains("\"result\":{\"echo\"");
            assertThat(logins()).isEqualTo(2);
        }
    }

    @Test
    void anIdTokenThatIsRefusedBeforeItsEndIsRenewedFirst() throws Exception {
        try (var sidekey = start()) {
            signOn(sidekey);
            provider.forgetIdTokens();
            assertThat(call(sidekey, "mail")).contains("\"result\":{\"echo\"");
            assertThat(renewals()).isEqualTo(1);
            provider.forgetIdTokens();
            provider.endSessions();
            expireAccessTokens();
            signOn(sidekey);
            assertThat(logins()).isEqualTo(2);
        }
    }

    @Test
    void aProviderThatTakesNoIdTokenAtAllIsNoLoopOfLogins() throws Exception {
        provider.refusesExchanges = true;
        try (var sidekey = start()) {
            var first = sidekey.call("/files/mcp", "echo");
            sidekey.logIn();
            RoadTest.assertDenied(first.get(), "said by the identity provider");
            for (int i = 0; i < 5; i++) {
                RoadTest.assertDenied(
                        sidekey.call("/files/mcp", "echo").get(), "said by the identity provider");
            }
            assertThat(sidekey.logins()).isEmpty();
            assertThat(exchanges()).hasSize(1);
            assertThat(logins()).isEqualTo(1);
        }
    }

    @Test
    void aProviderThatIsMendedIsAskedAtOnceWhenAPersonSaysSo() throws Exception {
        provider.refusesExchanges = true;
        try (var sidekey = start()) {
            var first = sidekey.call("/files/mcp", "echo");
            sidekey.logIn();
            first.get();
            provider.refusesExchanges = false;
            RoadTest.assertDenied(
                    sidekey.call("/files/mcp", "echo").get(), "said by the identity provider");
            assertThat(sidekey.admin("/api/v1/upstreams/files/login").body())
                    .contains("authorized");
            assertThat(call(sidekey, "files")).contains("\"result\":{\"echo\"");
            assertThat(logins()).isEqualTo(1);
        }
    }

    @Test
    void theLinkIsShownLikeEveryOther() throws Exception {
        config.loginWait = Duration.ofMillis(200);
        try (var sidekey = start()) {
            var told = call(sidekey, "files");
            var link = sidekey.awaitLink();
            assertThat(told).contains(link);
            assertThat(sidekey.admin("/api/v1/upstreams/mail/login").body()).contains(link);
            assertThat(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body())
                    .contains("\"state\":\"login_required\"")
                    .containsOnlyOnce("\"name\":\"" + provider.issuer() + "\"");
            sidekey.follow(link);
            RunningSidekey.await(
                    () ->
                            sidekey.call("/mail/mcp", "echo")
                                    .join()
                                    .body()
                                    .contains("\"result\":{\"echo\""),
                    "the login serves the other upstream");
            assertThat(logins()).isEqualTo(1);
        }
    }

    @Test
    void aLoginBegunBeforeARestartIsFinishedAfterIt() throws Exception {
        config.adminPort = TestConfig.freePort();
        String link;
        try (var first = start()) {
            var _ = first.call("/files/mcp", "echo");
            link = first.awaitLink();
        }
        try (var second = start()) {
            second.follow(link);
            assertThat(call(second, "files")).contains("\"result\":{\"echo\"");
            assertThat(logins()).isEqualTo(1);
        }
    }

    @Test
    void ofTwoProcessesOneAsksThePerson() throws Exception {
        try (var one = start();
                var two = start()) {
            var files = one.call("/files/mcp", "echo");
            one.awaitLink();
            var mail = two.call("/mail/mcp", "echo");
            one.logIn();
            assertThat(files.get().body()).contains("\"result\":{\"echo\"");
            assertThat(mail.get().body()).contains("\"result\":{\"echo\"");
            assertThat(logins()).isEqualTo(1);
        }
    }

    @Test
    void aLogoutAtTheProviderEndsTheSession() throws Exception {
        try (var sidekey = start()) {
            signOn(sidekey);
            var url = provider.issuer().replace(":", "%3A").replace("/", "%2F");
            assertThat(sidekey.admin("/api/v1/upstreams/" + url + "/logout").body())
                    .contains("\"dropped\":1");
            var call = sidekey.call("/mail/mcp", "echo");
            sidekey.logIn();
            assertThat(call.get().body()).contains("\"result\":{\"echo\"");
            assertThat(logins()).isEqualTo(2);
        }
    }

    @Test
    void anIdTokenForAnotherClientIsNotKept() throws Exception {
        provider.audience = "another-client";
        assertRefused("id_token is for another client");
    }

    @Test
    void aLoginWithoutAnIdTokenIsNoSignOn() throws Exception {
        provider.omitsIdToken = true;
        assertRefused("no id_token came with it");
    }

    private void assertRefused(String words) throws Exception {
        try (var sidekey = start()) {
            var call = sidekey.call("/files/mcp", "echo");
            assertThat(sidekey.logIn().getLast().body()).contains(words);
            RoadTest.assertDenied(call.get(), words);
            assertThat(exchanges()).isEmpty();
        }
    }

    @Test
    void theIdTokenGoesToTheProviderAloneAndIsShownNowhere() throws Exception {
        try (var sidekey = start()) {
            signOn(sidekey);
            call(sidekey, "mail");
            var idToken = exchanges().getFirst().form().get("subject_token");
            var shown = new ArrayList<String>();
            for (var path : List.of("upstreams", "logins")) {
                shown.add(sidekey.get(sidekey.adminUrl("/api/v1/" + path)).body());
            }
            for (int i = 0; i < servers.size(); i++) {
                servers.get(i).http().asked().forEach(asked -> shown.add(text(asked)));
                upstreams.get(i).http().asked().forEach(asked -> shown.add(text(asked)));
            }
            try (var files = Files.walk(state.resolve("state"))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    shown.add(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
            assertThat(shown).isNotEmpty().noneMatch(text -> text.contains(idToken));
        }
    }

    private static String text(Asked asked) {
        return asked.path() + asked.header("authorization") + asked.body();
    }
}
