package dev.sidekey.fakes;

import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Scopes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A protected MCP server: any POST to {@code /mcp} is echoed as a result once its token covers the
 * scopes of its path or tool. The switches are what real servers differ in.
 */
public final class FakeMcpServer implements AutoCloseable {
    private final FakeHttp http;
    private final String issuer;
    private final Function<String, @Nullable Scopes> scopesOf;

    /** Everything that tests may turn. */
    public final Switches switches = new Switches();

    /** How this server differs from the plain one. */
    public static final class Switches {
        public volatile Scopes needed = Scopes.none();
        public volatile Map<String, Scopes> neededByTool = Map.of();
        public volatile Scopes scopesSupported = Scopes.none();
        public volatile boolean namesScope = true;
        public volatile boolean namesMetadata = true;
        public volatile boolean servesMetadata = true;
        public volatile boolean sendsChallenge = true;
        public volatile boolean namesError = true;
        public volatile @Nullable String resource;
        public volatile @Nullable String issuer;
        public volatile @Nullable Answer fixed;
        public volatile @Nullable String movedTo;
        public volatile @Nullable String challenge;
        public volatile @Nullable String session;
        public volatile String scheme = "Bearer";
        public volatile boolean dpop;
        public volatile boolean dpopInMetadata;
        public volatile @Nullable String nextNonce;
        public volatile @Nullable Supplier<String> uselessNonce;
        public volatile Function<String, @Nullable String> thumbprintOf = _ -> null;
    }

    /** Judges the proofs. */
    public final DpopGuard dpop = new DpopGuard();

    private FakeMcpServer(
            FakeHttp http, String issuer, Function<String, @Nullable Scopes> scopesOf) {
        this.http = http;
        this.issuer = issuer;
        this.scopesOf = scopesOf;
    }

    /** Starts one that believes the given authorization server. */
    public static FakeMcpServer start(FakeAuthorizationServer authorization) {
        var server = start(0, authorization.issuer(), authorization::scopesOf);
        server.switches.thumbprintOf = authorization::thumbprintOf;
        return server;
    }

    /**
     * Starts one on a port.
     *
     * @param scopesOf the scopes of a token; null when it is not to be believed
     */
    public static FakeMcpServer start(
            int port, String issuer, Function<String, @Nullable Scopes> scopesOf) {
        var holder = new ArrayList<FakeMcpServer>();
        var http = FakeHttp.start(port, asked -> holder.getFirst().answer(asked));
        var server = new FakeMcpServer(http, issuer, scopesOf);
        holder.add(server);
        return server;
    }

    /** The protected endpoint. */
    public String url() {
        return http.url() + "/mcp";
    }

    /** What it was asked. */
    public FakeHttp http() {
        return http;
    }

    private Answer answer(Asked asked) throws Exception {
        var path = asked.path().split("\\?", 2)[0];
        if (path.startsWith("/.well-known/")) {
            return switches.servesMetadata
                            && path.equals("/.well-known/oauth-protected-resource/mcp")
                    ? metadata()
                    : Answer.text(404, "no");
        }
        if (path.equals("/broken")) {
            return new Answer(200, "text/html", "<html>nothing here</html>", Map.of());
        }
        var moved = switches.movedTo;
        if (moved != null && path.equals("/mcp")) {
            return Answer.text(307, "").with("Location", http.url() + moved);
        }
        if (!path.equals("/mcp") && !path.equals(moved)) {
            return Answer.text(200, "open: " + asked.header("authorization"));
        }
        var needed = needed(asked);
        var shown = asked.header("authorization");
        if (switches.dpop) {
            return proven(asked, needed, shown);
        }
        var granted = shown.startsWith("Bearer ") ? scopesOf.apply(shown.substring(7)) : null;
        return judged(asked, needed, granted);
    }

    /** RFC 9449 §7: the scheme, the proof, and that the token is bound to the proof's key. */
    private Answer proven(Asked asked, Scopes needed, String shown) throws Exception {
        var token = shown.startsWith("DPoP ") ? shown.substring(5) : "";
        var granted = scopesOf.apply(token);
        if (granted == null) {
            return refusal(401, "invalid_token", needed);
        }
        var useless = switches.uselessNonce;
        if (useless != null) {
            return nonceAsked(useless.get());
        }
        var thumbprint = switches.thumbprintOf.apply(token);
        var url = http.url() + asked.path().split("\\?", 2)[0];
        var refused = dpop.judge(asked, url, token, String.valueOf(thumbprint));
        if (DpopGuard.USE_NONCE.equals(refused)) {
            return nonceAsked(String.valueOf(dpop.nonce));
        }
        if (refused != null) {
            return refusal(401, refused, needed);
        }
        var answer = judged(asked, needed, granted);
        var next = switches.nextNonce;
        if (next == null) {
            return answer;
        }
        dpop.nonce = next;
        return answer.with("DPoP-Nonce", next);
    }

    private static Answer nonceAsked(String nonce) {
        return Answer.json(401, Map.of())
                .with("DPoP-Nonce", nonce)
                .with("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\", algs=\"ES256\"");
    }

    private Answer judged(Asked asked, Scopes needed, @Nullable Scopes granted) throws Exception {
        if (granted == null) {
            return refusal(401, "invalid_token", needed);
        }
        if (!granted.covers(needed)) {
            return refusal(403, "insufficient_scope", needed);
        }
        var fixed = switches.fixed;
        var answer = fixed == null ? result(asked) : fixed;
        var session = switches.session;
        return session == null ? answer : answer.with("Mcp-Session-Id", session);
    }

    private Scopes needed(Asked asked) throws Exception {
        var tool =
                asked.body().startsWith("{")
                        ? FakeHttp.JSON.readTree(asked.body()).at("/params/name").asText("")
                        : "";
        return switches.neededByTool.getOrDefault(tool, switches.needed);
    }

    private Answer metadata() {
        var document = new LinkedHashMap<String, Object>();
        var resource = switches.resource;
        var other = switches.issuer;
        document.put("resource", resource == null ? url() : resource);
        document.put("authorization_servers", List.of(other == null ? issuer : other));
        if (switches.dpopInMetadata) {
            document.put("dpop_bound_access_tokens_required", true);
        }
        if (!switches.scopesSupported.isEmpty()) {
            document.put("scopes_supported", switches.scopesSupported.tokens());
        }
        return Answer.json(200, document);
    }

    private Answer refusal(int status, String error, Scopes needed) {
        var parts = new ArrayList<String>();
        if (switches.namesError) {
            parts.add("error=\"" + error + "\"");
        }
        if (switches.namesScope && !needed.isEmpty()) {
            parts.add("scope=\"" + needed + "\"");
        }
        if (switches.namesMetadata) {
            parts.add(
                    "resource_metadata=\""
                            + http.url()
                            + "/.well-known/oauth-protected-resource/mcp\"");
        }
        var answer = Answer.json(status, Map.of("error", error));
        var fixed = switches.challenge;
        if (fixed != null) {
            return answer.with("WWW-Authenticate", fixed);
        }
        return switches.sendsChallenge
                ? answer.with("WWW-Authenticate", switches.scheme + " " + String.join(", ", parts))
                : answer;
    }

    private static Answer result(Asked asked) throws Exception {
        if (!asked.body().startsWith("{")) {
            return Answer.text(200, "no JSON-RPC");
        }
        var request = FakeHttp.JSON.readTree(asked.body());
        if (!request.has("id")) {
            return Answer.text(202, "");
        }
        return Answer.json(
                200,
                Map.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        request.get("id"),
                        "result",
                        Map.of("echo", asked.body())));
    }

    @Override
    public void close() {
        http.close();
    }
}
