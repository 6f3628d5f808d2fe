package dev.sidekey;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.IdentityProviderConfig;
import dev.sidekey.config.SecretSource;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.grant.DeviceCode;
import dev.sidekey.grant.Grant;
import dev.sidekey.grant.UnattendedGrant;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A place where every grant finds what it may need: a client with a secret or a key, an assertion,
 * subject and actor tokens, an identity provider; and servers that take any grant. So a grant is
 * tested the moment the catalogue lists it.
 */
final class GrantSituation implements AutoCloseable {
    static final String SECRET = "clients-secret-canary";

    final Grant grant;
    final FakeAuthorizationServer authorization = FakeAuthorizationServer.start();
    final FakeMcpServer mcp = FakeMcpServer.start(authorization);
    final TestConfig config;

    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean approved;
    private final AtomicInteger assertions = new AtomicInteger();
    private final Path files;

    GrantSituation(Grant grant, Path work) throws IOException {
        this.grant = grant;
        this.files = Files.createDirectories(work.resolve("inputs"));
        this.config = new TestConfig(work.resolve("state"));
        config.grant = grant.name();
        config.clientId = "static-agent";
        config.clientSecret = Secret.of(SECRET);
        config.clientIssuer = authorization.issuer();
        config.inputs =
                new GrantInputs(
                        source("assertion"),
                        source("subject-token"),
                        source("actor-token"),
                        new IdentityProviderConfig(
                                authorization.issuer(),
                                URI.create(authorization.http().url() + "/token"),
                                ClientConfig.of("static-agent-at-idp", Secret.of(SECRET))),
                        GrantInputs.none().header(),
                        null);
        authorization.switches.authMethod = "client_secret_post";
        authorization.switches.metadata =
                Map.of(
                        "grant_types_supported",
                        List.of("authorization_code", grant.grantType()),
                        "device_authorization_endpoint",
                        authorization.http().url() + "/device");
        authorization.switches.furtherGrants = asked -> Scopes.parse(asked.form().get("scope"));
        authorization.switches.tokenRule = this::ruled;
        authorization.switches.inPlace = this::withCode;
    }

    private @Nullable Answer ruled(Map<String, String> form) {
        if (!DeviceCode.GRANT_TYPE.equals(form.get("grant_type")) || approved) {
            return exchanged(form);
        }
        pending.incrementAndGet();
        return Answer.json(400, Map.of("error", "authorization_pending"));
    }

    /** A person signs in elsewhere by opening the page (RFC 8628). */
    private @Nullable Answer withCode(Asked asked) {
        if (asked.path().equals("/activate")) {
            approved = true;
            return Answer.text(200, "signed in");
        }
        if (!asked.path().equals("/device")) {
            return null;
        }
        var page = authorization.http().url() + "/activate";
        return Answer.json(
                200,
                Map.of(
                        "device_code",
                        "device-code-canary",
                        "user_code",
                        "WDJB-MJHT",
                        "verification_uri",
                        page,
                        "expires_in",
                        600,
                        "interval",
                        1));
    }

    /** As the identity provider, it makes an assertion for itself (M5, M6). */
    private @Nullable Answer exchanged(Map<String, String> form) {
        var wanted = form.getOrDefault("requested_token_type", "");
        if (!wanted.endsWith(":id-jag")) {
            return null;
        }
        return Answer.json(
                200,
                Map.of(
                        "access_token",
                        "id-jag-canary-" + assertions.incrementAndGet(),
                        "issued_token_type",
                        wanted,
                        "token_type",
                        "N_A",
                        "expires_in",
                        300));
    }

    private TokenSourceConfig source(String name) throws IOException {
        var claims =
                new JWTClaimsSet.Builder()
                        .subject(name + "-canary")
                        .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                        .build();
        var file = Files.writeString(file(name), new PlainJWT(claims).serialize());
        return new TokenSourceConfig(file, List.of(), null, Map.of(), null, null, null);
    }

    /** The file of an input. */
    Path file(String name) {
        return files.resolve(name);
    }

    /** The client signs instead of showing its secret. */
    void withKey() {
        var key = Path.of("src", "test", "resources", "keys", "ec256.pkcs8.pem");
        config.clientSecret = null;
        config.clientKey = new SecretSource(Secret.of("unused"), key);
        config.clientAuthMethod = "private_key_jwt";
        authorization.switches.authMethod = "private_key_jwt";
    }

    boolean needsPerson() {
        return !(grant instanceof UnattendedGrant);
    }

    RunningSidekey start() throws IOException {
        return new RunningSidekey(config.upstream("default", mcp.url()).build());
    }

    /** A call with all that it takes, a person included. */
    HttpResponse<String> call(RunningSidekey sidekey) throws Exception {
        return call(sidekey, needsPerson());
    }

    HttpResponse<String> call(RunningSidekey sidekey, boolean withLogin) throws Exception {
        var call = sidekey.call("/mcp", "echo");
        if (withLogin) {
            sidekey.logIn();
        }
        return call.get();
    }

    /** The grant's own token requests at the upstream's server, but those that came too soon. */
    long asked() {
        var all =
                authorization.http().asked("/token").stream()
                        .filter(one -> grant.grantType().equals(one.form().get("grant_type")))
                        .count();
        return all - pending.get();
    }

    static boolean succeeded(CompletableFuture<HttpResponse<String>> call) {
        return call.join().body().contains("\"result\":{\"echo\"");
    }

    @Override
    public void close() {
        mcp.close();
        authorization.close();
    }
}
