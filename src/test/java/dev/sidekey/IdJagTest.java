package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.IdentityProviderConfig;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.fakes.FakeIdentityProvider;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Enterprise-managed authorization (M5 to M9): no person is sent to the upstream's server. */
final class IdJagTest extends RoadTest {
    private static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String PROFILE = "urn:ietf:params:oauth:grant-profile:id-jag";
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";

    private final FakeIdentityProvider provider = FakeIdentityProvider.start();
    private TestConfig config;
    private Path subject;

    @BeforeEach
    void connectTheServers() throws Exception {
        mcp.switches.needed = Scopes.of("read", "write");
        authorization.switches.metadata =
                Map.of(
                        "authorization_grant_profiles_supported",
                        List.of(PROFILE),
                        "token_endpoint_auth_methods_supported",
                        List.of("client_secret_basic"));
        authorization.switches.furtherGrants = this::redeemed;
        subject = Files.writeString(state.resolve("id-token"), provider.idToken());
        config = config();
        config.clientId = "mcp-client";
        config.clientSecret = Secret.of("s3cret");
        config.clientIssuer = authorization.issuer();
        connect(provider.issuer(), null);
    }

    /** The authorization server trusts the provider, and takes each assertion once. */
    private @Nullable Scopes redeemed(Asked asked) {
        var made = provider.take(asked.form().getOrDefault("assertion", ""));
        return made == null || !authorization.issuer().equals(made.get("audience"))
                ? null
                : Scopes.parse(made.get("scope"));
    }

    private void connect(@Nullable String issuer, @Nullable URI tokenEndpoint) {
        config.inputs =
                new GrantInputs(
                        TokenSourceConfig.none(),
                        new TokenSourceConfig(
                                subject, List.of(), null, Map.of(), null, null, "id_token"),
                        TokenSourceConfig.none(),
                        new IdentityProviderConfig(
                                issuer,
                                tokenEndpoint,
                                ClientConfig.of("idp-client", Secret.of("idp-s3cret"))),
                        GrantInputs.none().header(),
                        null);
    }

    @AfterEach
    void stopTheProvider() {
        provider.close();
    }

    private Asked exchanged() {
        return provider.http().asked("/token").getLast();
    }

    @Test
    void theProvidersAssertionIsTheGrant() throws Exception {
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(exchanged().form())
                    .containsEntry("grant_type", FakeIdentityProvider.EXCHANGE)
                    .containsEntry("requested_token_type", TYPE + "id-jag")
                    .containsEntry("audience", authorization.issuer())
                    .containsEntry("resource", mcp.url())
                    .containsEntry("scope", "read write")
                    .containsEntry("subject_token", Files.readString(subject))
                    .containsEntry("subject_token_type", TYPE + "id_token")
                    .containsEntry("client_id", "idp-client")
                    .containsEntry("client_secret", "idp-s3cret");
            var redeemed = authorization.http().asked("/token").getFirst();
            assertThat(redeemed.form())
                    .containsEntry("grant_type", JWT_BEARER)
                    .containsEntry("scope", "read write")
                    .doesNotContainKeys("client_id", "subject_token");
            assertThat(redeemed.header("authorization")).startsWith("Basic ");
            assertThat(count("/authorize") + count("/register")).isZero();
        }
    }

    @Test
    void eachTokenIsGotByAnAssertionOfItsOwn() throws Exception {
        try (var sidekey = start(config)) {
            sidekey.call("/mcp", "echo").get();
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token"))
                    .extracting(asked -> asked.form().get("assertion"))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
    }

    /** M9: the identity provider is to be asked each time, so that it can say no. */
    @Test
    void aRefreshTokenThatTheServerGivesIsNotKept() throws Exception {
        authorization.switches.issuesRefreshTokens = true;
        authorization.switches.expiresIn = 4;
        authorization.switches.tokensEnd = true;
        try (var sidekey = start(config)) {
            sidekey.call("/mcp", "echo").get();
            RunningSidekey.await(
                    () -> {
                        sidekey.call("/mcp", "echo").join();
                        return count("/token") > 1;
                    },
                    "another token");
            assertThat(authorization.http().asked("/token"))
                    .extracting(asked -> asked.form().get("grant_type"))
                    .containsOnly(JWT_BEARER);
            assertThat(provider.http().asked("/token"))
                    .hasSameSizeAs(authorization.http().asked("/token"));
        }
    }

    @Test
    void theProviderMayAllowLess() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.scopesSupported = Scopes.of("read", "write");
        mcp.switches.namesScope = false;
        provider.allowedScope = "read";
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .containsEntry("scope", "read");
            assertThat(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body())
                    .contains("\"granted\":\"read\"");
        }
    }

    @Test
    void anythingButAnIdJagIsNotPassedOn() throws Exception {
        provider.issuedTokenType = TYPE + "access_token";
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "not an ID-JAG");
        }
        provider.issuedTokenType = TYPE + "id-jag";
        provider.tokenType = "Bearer";
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "not an ID-JAG");
        }
        assertThat(count("/token")).isZero();
    }

    @Test
    void aRefusalOfTheProviderNamesItAndIsNotRepeated() throws Exception {
        Files.writeString(
                subject,
                new PlainJWT(new JWTClaimsSet.Builder().subject("eve").build()).serialize());
        try (var sidekey = start(config)) {
            for (int i = 0; i < 3; i++) {
                assertDenied(
                        sidekey.call("/mcp", "echo").get(),
                        "said by the identity provider " + provider.issuer());
            }
            assertThat(provider.http().asked("/token")).hasSize(1);
            assertThat(count("/token")).isZero();
        }
    }

    @Test
    void anIdTokenThatExpiredIsNamedAndNotSent() throws Exception {
        provider.idTokenLives = -600;
        Files.writeString(subject, provider.idToken());
        try (var sidekey = start(config)) {
            assertDenied(
                    sidekey.call("/mcp", "echo").get(),
                    "upstreams.default.subject-token.file: " + subject);
            assertThat(provider.http().asked("/token")).isEmpty();
        }
    }

    @Test
    void aServerWithoutTheProfileIsNotAsked() throws Exception {
        authorization.switches.metadata =
                Map.of("authorization_grant_profiles_supported", List.of("urn:example:other"));
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), PROFILE);
            assertThat(provider.http().asked("/token")).isEmpty();
        }
    }

    @Test
    void theTokenEndpointNeedsNoMetadata() throws Exception {
        connect(null, URI.create(provider.issuer() + "/token"));
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(provider.http().asked("/.well-known/openid-configuration")).isEmpty();
        }
    }

    @Test
    void aProviderWithoutATokenEndpointIsNamed() throws Exception {
        provider.listsEndpoints = false;
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "names no token_endpoint");
        }
    }
}
