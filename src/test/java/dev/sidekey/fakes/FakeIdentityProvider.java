package dev.sidekey.fakes;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Scopes;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An identity provider of enterprise-managed authorization: it logs people in, and exchanges their
 * id tokens for an ID-JAG that names one authorization server and may be shown there once.
 */
public final class FakeIdentityProvider implements AutoCloseable {
    public static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";

    private final FakeHttp http;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private final Set<String> refreshTokens = ConcurrentHashMap.newKeySet();
    private final Set<String> idTokens = ConcurrentHashMap.newKeySet();
    private final Map<String, Map<String, String>> assertions = new ConcurrentHashMap<>();

    public volatile String issuedTokenType = TYPE + "id-jag";
    public volatile String tokenType = "N_A";
    public volatile @Nullable String allowedScope;
    public volatile @Nullable String audience;
    public volatile long idTokenLives = 3600;
    public volatile boolean listsEndpoints = true;
    public volatile boolean listsOfflineAccess = true;
    public volatile boolean refusesExchanges;
    public volatile boolean omitsIdToken;

    private FakeIdentityProvider(FakeHttp http) {
        this.http = http;
    }

    /** Starts one on a free loopback port. */
    public static FakeIdentityProvider start() {
        var holder = new ArrayList<FakeIdentityProvider>();
        var http = FakeHttp.start(asked -> holder.getFirst().answer(asked));
        var provider = new FakeIdentityProvider(http);
        holder.add(provider);
        return provider;
    }

    /** Its issuer identifier. */
    public String issuer() {
        return http.url();
    }

    /** What it was asked. */
    public FakeHttp http() {
        return http;
    }

    /** An id token as a login elsewhere would have brought it. */
    public String idToken() {
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(issuer())
                        .subject("alice")
                        .audience(audience == null ? "idp-client" : audience)
                        .jwtID("id-token-" + numbers.incrementAndGet())
                        .issueTime(Date.from(Instant.now()))
                        .expirationTime(Date.from(Instant.now().plusSeconds(idTokenLives)));
        var token = new PlainJWT(claims.build()).serialize();
        idTokens.add(token);
        return token;
    }

    /** Ends every session: refresh tokens are refused from now on. */
    public void endSessions() {
        refreshTokens.clear();
    }

    /** Whether an ID token is its own, for a server that trusts it. */
    public boolean knows(String idToken) {
        return idTokens.contains(idToken);
    }

    /** Takes no ID token of before any more, though it may say that it lives on. */
    public void forgetIdTokens() {
        idTokens.clear();
    }

    /**
     * Uses an assertion up, as the upstream's authorization server does (M9).
     *
     * @return what it was made for; null when it is unknown or was shown before
     */
    public @Nullable Map<String, String> take(String assertion) {
        return assertions.remove(assertion);
    }

    private Answer answer(Asked asked) {
        return switch (asked.path().split("\\?", 2)[0]) {
            case "/.well-known/openid-configuration" -> metadata();
            case "/authorize" -> authorize(asked);
            case "/token" -> token(asked.form());
            default -> Answer.text(404, "no");
        };
    }

    private Answer metadata() {
        var document = new LinkedHashMap<String, Object>();
        document.put("issuer", issuer());
        if (listsEndpoints) {
            document.put("token_endpoint", issuer() + "/token");
            document.put("authorization_endpoint", issuer() + "/authorize");
        }
        document.put("code_challenge_methods_supported", List.of("S256"));
        document.put(
                "scopes_supported",
                listsOfflineAccess ? List.of("openid", "offline_access") : List.of("openid"));
        document.put("token_endpoint_auth_methods_supported", List.of("client_secret_post"));
        return Answer.json(200, document);
    }

    private Answer authorize(Asked asked) {
        var query = FakeHttp.parse(asked.path().split("\\?", 2)[1]);
        var code = "idp-code-" + numbers.incrementAndGet();
        codes.put(code, query.getOrDefault("redirect_uri", ""));
        return Answer.text(302, "")
                .with(
                        "Location",
                        query.get("redirect_uri")
                                + "?code="
                                + code
                                + "&state="
                                + URLEncoder.encode(
                                        query.getOrDefault("state", ""), StandardCharsets.UTF_8));
    }

    private Answer token(Map<String, String> form) {
        return switch (form.getOrDefault("grant_type", "")) {
            case "authorization_code" ->
                    codes.remove(form.getOrDefault("code", "")) == null ? refusal() : session();
            case "refresh_token" ->
                    refreshTokens.remove(form.getOrDefault("refresh_token", ""))
                            ? session()
                            : refusal();
            case EXCHANGE -> exchange(form);
            default -> refusal();
        };
    }

    private static Answer refusal() {
        return Answer.json(
                400, Map.of("error", "invalid_grant", "error_description", "no such token"));
    }

    private Answer session() {
        var refresh = "idp-refresh-" + numbers.incrementAndGet();
        refreshTokens.add(refresh);
        var reply = new LinkedHashMap<String, Object>();
        reply.put("access_token", "idp-access-" + numbers.incrementAndGet());
        reply.put("token_type", "Bearer");
        reply.put("expires_in", 86_400);
        reply.put("refresh_token", refresh);
        if (!omitsIdToken) {
            reply.put("id_token", idToken());
        }
        return Answer.json(200, reply);
    }

    private Answer exchange(Map<String, String> form) {
        var known = idTokens.contains(form.getOrDefault("subject_token", ""));
        if (refusesExchanges
                || !known
                || !(TYPE + "id_token").equals(form.get("subject_token_type"))
                || !(TYPE + "id-jag").equals(form.get("requested_token_type"))) {
            return refusal();
        }
        var scope = Scopes.parse(allowedScope == null ? form.get("scope") : allowedScope);
        var made = new LinkedHashMap<>(form);
        made.put("scope", scope.toString());
        var assertion = "id-jag-" + numbers.incrementAndGet();
        assertions.put(assertion, made);
        return Answer.json(
                200,
                Map.of(
                        "access_token",
                        assertion,
                        "issued_token_type",
                        issuedTokenType,
                        "token_type",
                        tokenType,
                        "expires_in",
                        300,
                        "scope",
                        scope.toString()));
    }

    @Override
    public void close() {
        http.close();
    }
}
