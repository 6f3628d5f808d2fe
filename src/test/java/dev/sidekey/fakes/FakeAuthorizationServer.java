package dev.sidekey.fakes;

import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Scopes;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server with a switch for each way in which real ones differ. Strict by default:
 * exact redirect URIs, PKCE, registered scopes as a ceiling, rotating refresh tokens with reuse
 * detection that ends the whole family.
 */
public final class FakeAuthorizationServer implements AutoCloseable {
    private final FakeHttp http;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final Map<String, Family> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, Family> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, Long> ends = new ConcurrentHashMap<>();
    private final Set<String> spent = ConcurrentHashMap.newKeySet();
    private final AtomicInteger tokenRequests = new AtomicInteger();
    private final AtomicInteger mostTokenRequests = new AtomicInteger();

    /** Everything that tests may turn. */
    public final Switches switches = new Switches();

    /** How this server differs from the strict one. */
    public static final class Switches {
        public volatile String path = "";
        public volatile @Nullable String issuerInMetadata;
        public volatile boolean listsPkce = true;
        public volatile boolean offersRegistration = true;
        public volatile boolean managesRegistrations;
        public volatile boolean cimd;
        public volatile boolean announcesIss = true;
        public volatile @Nullable String iss;
        public volatile boolean omitsIss;
        public volatile boolean refusesScopeAtRegistration;
        public volatile boolean refusesScopeAtLogin;
        public volatile boolean omitsScopeInRegistration;
        public volatile boolean omitsScopeInTokens;
        public volatile boolean issuesRefreshTokens = true;
        public volatile boolean rotates = true;
        public volatile long expiresIn = 3600;
        public volatile String authMethod = "none";
        public volatile Scopes scopesSupported = Scopes.none();
        public volatile @Nullable String loginError;
        public volatile @Nullable Answer tokenAnswer;
        public volatile @Nullable Answer registrationAnswer;
        public volatile @Nullable List<String> dpopAlgorithms;
        public volatile boolean ignoresProofs;
        public volatile String scopeParameter = "scope";
        public volatile @Nullable String nestsTokenIn;

        /** Judges each request first: an answer that ends it, or null. */
        public volatile Function<Asked, @Nullable Answer> judge = _ -> null;

        public volatile Runnable beforeToken = () -> {};

        /** What the metadata says besides, or in place of the usual. */
        public volatile Map<String, Object> metadata = Map.of();

        /** What a token request of any further grant is worth: scopes, or null for a refusal. */
        public volatile Function<Asked, @Nullable Scopes> furtherGrants = asked -> null;

        /** How far this server's clock is ahead of everybody's. */
        public volatile Duration clockAhead = Duration.ZERO;

        /** Whether access tokens end when they were said to. */
        public volatile boolean tokensEnd;

        public volatile @Nullable String registrationEndpoint;
        public volatile @Nullable String tokenEndpoint;
        public volatile @Nullable Map<String, ?> registrationReply;
        public volatile @Nullable Object grantedScope;
        public volatile @Nullable String subject;
        public volatile Function<Map<String, String>, @Nullable Answer> tokenRule = _ -> null;
    }

    private record Client(
            String id, @Nullable String secret, Scopes scopes, List<String> redirectUris) {}

    private static final class Family {
        final Scopes scopes;
        final @Nullable String thumbprint;
        volatile boolean revoked;

        Family(Scopes scopes, @Nullable String thumbprint) {
            this.scopes = scopes;
            this.thumbprint = thumbprint;
        }
    }

    /** Judges the proofs at its token endpoint. */
    public final DpopGuard dpop = new DpopGuard();

    private FakeAuthorizationServer(FakeHttp http) {
        this.http = http;
    }

    /** Starts one on a free loopback port. */
    public static FakeAuthorizationServer start() {
        var holder = new ArrayList<FakeAuthorizationServer>();
        var http = FakeHttp.start(asked -> holder.getFirst().answer(asked));
        var server = new FakeAuthorizationServer(http);
        holder.add(server);
        return server;
    }

    /** Its issuer identifier. */
    public String issuer() {
        return http.url() + switches.path;
    }

    /** What it was asked. */
    public FakeHttp http() {
        return http;
    }

    /** The scopes of a live access token; null when the token is unknown or revoked. */
    public @Nullable Scopes scopesOf(String accessToken) {
        var family = accessTokens.get(accessToken);
        var ended = switches.tokensEnd && ends.getOrDefault(accessToken, 0L) < System.nanoTime();
        return family == null || family.revoked || ended ? null : family.scopes;
    }

    /** The key that an access token is bound to; null for none. */
    public @Nullable String thumbprintOf(String accessToken) {
        var family = accessTokens.get(accessToken);
        return family == null ? null : family.thumbprint;
    }

    /** Makes every access token invalid; refresh tokens stay. */
    public void expireAccessTokens() {
        accessTokens.clear();
    }

    /** Forgets all clients, as servers that purge registrations do. */
    public void forgetClients() {
        clients.clear();
    }

    /** Whether any family was revoked for the reuse of a refresh token. */
    public boolean sawReuse() {
        return refreshTokens.values().stream().anyMatch(family -> family.revoked);
    }

    /** How many token requests were under way at once, at most. */
    public int mostTokenRequestsAtOnce() {
        return mostTokenRequests.get();
    }

    private Answer answer(Asked asked) throws Exception {
        var now = ZonedDateTime.now(ZoneOffset.UTC).plus(switches.clockAhead);
        return answered(asked).with("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now));
    }

    private Answer answered(Asked asked) throws Exception {
        var judged = switches.judge.apply(asked);
        if (judged != null) {
            return judged;
        }
        var path = asked.path().split("\\?", 2)[0];
        var wellKnown =
                "/.well-known/oauth-authorization-server"
                        + (switches.path.equals("/") ? "" : switches.path);
        if (path.equals(wellKnown)) {
            return metadata();
        }
        return switch (path) {
            case "/register" -> register(asked);
            case "/authorize" -> authorize(asked);
            case "/token" -> counted(asked);
            case "/revoke" -> revoke(asked);
            default -> path.startsWith("/register/") ? update(asked, path) : Answer.text(404, "no");
        };
    }

    private Answer metadata() {
        var base = http.url();
        var document = new LinkedHashMap<String, Object>();
        var issuer = switches.issuerInMetadata;
        document.put("issuer", issuer == null ? issuer() : issuer);
        document.put("authorization_endpoint", base + "/authorize");
        document.put("token_endpoint", or(switches.tokenEndpoint, base + "/token"));
        document.put("revocation_endpoint", base + "/revoke");
        if (switches.offersRegistration) {
            document.put(
                    "registration_endpoint", or(switches.registrationEndpoint, base + "/register"));
        }
        if (switches.listsPkce) {
            document.put("code_challenge_methods_supported", List.of("S256"));
        }
        document.put("token_endpoint_auth_methods_supported", List.of(switches.authMethod));
        document.put("authorization_response_iss_parameter_supported", switches.announcesIss);
        document.put("client_id_metadata_document_supported", switches.cimd);
        if (switches.dpopAlgorithms != null) {
            document.put("dpop_signing_alg_values_supported", switches.dpopAlgorithms);
        }
        if (!switches.scopesSupported.isEmpty()) {
            document.put("scopes_supported", switches.scopesSupported.tokens());
        }
        document.putAll(switches.metadata);
        return Answer.json(200, document);
    }

    private static String or(@Nullable String other, String usual) {
        return other == null ? usual : other;
    }

    private Answer register(Asked asked) throws Exception {
        var fixed = switches.registrationAnswer;
        if (fixed != null) {
            return fixed;
        }
        var request = FakeHttp.JSON.readTree(asked.body());
        if (request.has("scope") && switches.refusesScopeAtRegistration) {
            return Answer.json(400, Map.of("error", "invalid_scope"));
        }
        var id = "client-" + numbers.incrementAndGet();
        return registered(201, id, asked);
    }

    private Answer update(Asked asked, String path) throws Exception {
        var id = path.substring("/register/".length());
        if (!asked.method().equals("PUT")
                || !asked.header("authorization").equals("Bearer manage-" + id)) {
            return Answer.json(401, Map.of("error", "invalid_token"));
        }
        return registered(200, id, asked);
    }

    private Answer registered(int status, String id, Asked asked) throws Exception {
        var request = FakeHttp.JSON.readTree(asked.body());
        var scopes = Scopes.parse(request.path("scope").asText(null));
        var redirects = new ArrayList<String>();
        request.path("redirect_uris").forEach(uri -> redirects.add(uri.asText()));
        var secret = switches.authMethod.equals("none") ? null : "secret-" + id;
        clients.put(id, new Client(id, secret, scopes, redirects));
        var reply = new LinkedHashMap<String, Object>();
        reply.put("client_id", id);
        reply.put("redirect_uris", redirects);
        reply.put("token_endpoint_auth_method", switches.authMethod);
        if (secret != null) {
            reply.put("client_secret", secret);
            reply.put("client_secret_expires_at", 0);
        }
        if (!switches.omitsScopeInRegistration && !scopes.isEmpty()) {
            reply.put("scope", scopes.toString());
        }
        if (switches.managesRegistrations) {
            reply.put("registration_client_uri", http.url() + "/register/" + id);
            reply.put("registration_access_token", "manage-" + id);
        }
        var members = switches.registrationReply;
        if (members != null) {
            reply.putAll(members);
        }
        return Answer.json(status, reply);
    }

    private Answer authorize(Asked asked) {
        var query = FakeHttp.parse(asked.path().split("\\?", 2)[1]);
        var client = clients.get(query.getOrDefault("client_id", ""));
        var cimd = query.getOrDefault("client_id", "").startsWith("https://");
        if (client == null && !cimd && !query.getOrDefault("client_id", "").startsWith("static")) {
            return Answer.text(400, "unknown client");
        }
        var wanted = Scopes.parse(query.get(switches.scopeParameter));
        var redirect = query.getOrDefault("redirect_uri", "");
        if (client != null && !client.redirectUris.contains(redirect)) {
            return Answer.text(400, "unknown redirect_uri");
        }
        var error = switches.loginError;
        if (error != null) {
            return redirected(
                    redirect, query, "error=" + error + "&error_description=no%20%3Cb%3E");
        }
        var beyond =
                client != null
                        && !switches.refusesScopeAtRegistration
                        && !client.scopes.covers(wanted);
        if (beyond || (switches.refusesScopeAtLogin && !wanted.isEmpty())) {
            return redirected(redirect, query, "error=invalid_scope");
        }
        var code = "code-" + numbers.incrementAndGet();
        codes.put(code, query);
        return redirected(redirect, query, "code=" + code);
    }

    private Answer redirected(String redirect, Map<String, String> query, String result) {
        var iss = switches.iss == null ? issuer() : switches.iss;
        var target =
                redirect
                        + "?"
                        + result
                        + "&state="
                        + URLEncoder.encode(query.getOrDefault("state", ""), StandardCharsets.UTF_8)
                        + (switches.omitsIss
                                ? ""
                                : "&iss=" + URLEncoder.encode(iss, StandardCharsets.UTF_8));
        return Answer.text(302, "").with("Location", target);
    }

    private Answer counted(Asked asked) throws Exception {
        mostTokenRequests.accumulateAndGet(tokenRequests.incrementAndGet(), Math::max);
        try {
            return token(asked);
        } finally {
            tokenRequests.decrementAndGet();
        }
    }

    private Answer token(Asked asked) throws Exception {
        switches.beforeToken.run();
        var fixed = switches.tokenAnswer;
        if (fixed != null) {
            return fixed;
        }
        var proven = switches.ignoresProofs ? null : DpopGuard.thumbprint(asked);
        var refused =
                proven == null ? null : dpop.judge(asked, http.url() + "/token", null, proven);
        if (refused != null) {
            return Answer.json(400, Map.of("error", refused))
                    .with("DPoP-Nonce", String.valueOf(dpop.nonce));
        }
        var form = asked.form();
        var ruled = switches.tokenRule.apply(form);
        if (ruled != null) {
            return ruled;
        }
        var family =
                switch (form.getOrDefault("grant_type", "")) {
                    case "authorization_code" -> redeem(form, proven);
                    case "refresh_token" ->
                            refreshed(form.getOrDefault("refresh_token", ""), proven);
                    default -> further(asked, proven);
                };
        return family == null
                ? Answer.json(400, Map.of("error", "invalid_grant"))
                : issued(family, form.get("refresh_token"));
    }

    private @Nullable Family further(Asked asked, @Nullable String proven) {
        var scopes = switches.furtherGrants.apply(asked);
        return scopes == null ? null : new Family(scopes, proven);
    }

    private @Nullable Family redeem(Map<String, String> form, @Nullable String proven)
            throws Exception {
        var asked = codes.remove(form.getOrDefault("code", ""));
        var hash =
                MessageDigest.getInstance("SHA-256")
                        .digest(
                                form.getOrDefault("code_verifier", "")
                                        .getBytes(StandardCharsets.US_ASCII));
        var challenge = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        if (asked == null
                || !challenge.equals(asked.get("code_challenge"))
                || !asked.getOrDefault("redirect_uri", "").equals(form.get("redirect_uri"))) {
            return null;
        }
        if (asked.containsKey("dpop_jkt") && !asked.get("dpop_jkt").equals(proven)) {
            return null;
        }
        return new Family(Scopes.parse(asked.get(switches.scopeParameter)), proven);
    }

    private synchronized @Nullable Family refreshed(String token, @Nullable String proven) {
        var family = refreshTokens.get(token);
        if (family == null || family.revoked || !Objects.equals(family.thumbprint, proven)) {
            return null;
        }
        if (switches.rotates && !spent.add(token)) {
            family.revoked = true;
            return null;
        }
        return family;
    }

    private Answer issued(Family family, @Nullable String shown) {
        var access = accessToken();
        accessTokens.put(access, family);
        ends.put(access, System.nanoTime() + switches.expiresIn * 1_000_000_000L);
        var reply = new LinkedHashMap<String, Object>();
        reply.put("access_token", access);
        reply.put("token_type", family.thumbprint == null ? "Bearer" : "DPoP");
        reply.put("expires_in", switches.expiresIn);
        if (switches.issuesRefreshTokens && (shown == null || switches.rotates)) {
            var refresh = "refresh-" + numbers.incrementAndGet();
            refreshTokens.put(refresh, family);
            reply.put("refresh_token", refresh);
        }
        var granted = switches.grantedScope;
        if (granted != null) {
            reply.put("scope", granted);
        } else if (!switches.omitsScopeInTokens && !family.scopes.isEmpty()) {
            reply.put("scope", family.scopes.toString());
        }
        var nested = switches.nestsTokenIn;
        return Answer.json(200, nested == null ? reply : Map.of("ok", true, nested, reply));
    }

    private String accessToken() {
        var opaque = "access-" + numbers.incrementAndGet();
        var subject = switches.subject;
        if (subject == null) {
            return opaque;
        }
        var claims = "{\"sub\":\"%s\",\"jti\":\"%s\"}".formatted(subject, opaque);
        var payload = claims.getBytes(StandardCharsets.UTF_8);
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(payload) + ".c2ln";
    }

    private Answer revoke(Asked asked) {
        var token = asked.form().getOrDefault("token", "");
        var family = refreshTokens.getOrDefault(token, accessTokens.get(token));
        if (family != null) {
            family.revoked = true;
        }
        return Answer.text(200, "");
    }

    @Override
    public void close() {
        http.close();
    }
}
