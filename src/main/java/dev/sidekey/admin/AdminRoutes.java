package dev.sidekey.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.authorization.Authorization;
import dev.sidekey.authorization.Operations;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the admin listener answers. Blocks; runs on virtual threads. */
final class AdminRoutes implements Answers {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();
    private static final String UPSTREAMS = "/api/v1/upstreams";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String LOGINS = "/api/v1/logins";

    private final Operations operations;
    private final AdminGuard guard;
    private final LoginCookie cookie;
    private final Probes probes;

    AdminRoutes(Operations operations, AdminGuard guard, LoginCookie cookie, Probes probes) {
        this.operations = operations;
        this.guard = guard;
        this.cookie = cookie;
        this.probes = probes;
    }

    /**
     * What machines ask.
     *
     * @param started whether the agent's listener has been opened
     * @param readiness whether it takes requests now
     * @param scrape all meters in Prometheus' text format
     * @param quit begins to stop, and returns at once
     */
    record Probes(
            BooleanSupplier started, Readiness readiness, Supplier<String> scrape, Runnable quit) {}

    @Override
    public AdminAnswer answer(AdminRequest request) {
        var refusal = guard.refusal(request);
        if (refusal != null) {
            return refusal;
        }
        return switch (request.method()) {
            case "GET" -> get(request);
            case "POST" -> post(request);
            default -> AdminAnswer.text(405, "Only GET and POST are known here.");
        };
    }

    private AdminAnswer get(AdminRequest request) {
        return switch (request.path()) {
            case "/healthz" -> AdminAnswer.text(200, "ok");
            case "/readyz" -> probes.readiness().answer();
            case "/startupz" ->
                    probes.started().getAsBoolean()
                            ? AdminAnswer.text(200, "ok")
                            : AdminAnswer.text(503, "not listening yet");
            case AdminGuard.METRICS ->
                    new AdminAnswer(200, PROMETHEUS, probes.scrape().get(), Map.of());
            case "/oauth/callback" -> callback(request);
            case LOGINS -> json(200, operations.logins());
            case UPSTREAMS -> json(200, operations.upstreams());
            default ->
                    request.path().startsWith("/login/")
                            ? login(request.path().substring("/login/".length()))
                            : AdminAnswer.json(404, "{\"error\":\"not_found\"}");
        };
    }

    private AdminAnswer post(AdminRequest request) {
        if (request.path().equals(AdminGuard.QUIT)) {
            probes.quit().run();
            return AdminAnswer.text(200, "stopping");
        }
        if (request.path().equals(LOGINS + "/callback")) {
            return pasted(request);
        }
        if (request.path().startsWith(UPSTREAMS + "/") && request.path().endsWith("/login")) {
            return forAgent(
                    request,
                    agent -> begun(operations.login(nameIn(request.path(), "/login"), agent)));
        }
        if (request.path().startsWith(UPSTREAMS + "/") && request.path().endsWith("/explain")) {
            return forAgent(
                    request,
                    agent ->
                            explained(
                                    operations.explain(nameIn(request.path(), "/explain"), agent)));
        }
        if (request.path().startsWith(UPSTREAMS + "/") && request.path().endsWith("/logout")) {
            return forAgent(
                    request,
                    agent -> dropped(operations.logout(nameIn(request.path(), "/logout"), agent)));
        }
        return AdminAnswer.json(404, "{\"error\":\"not_found\"}");
    }

    /** The agent that was named; none needs to be where there is only one. */
    private AdminAnswer forAgent(AdminRequest request, Function<String, AdminAnswer> work) {
        var agents = operations.agents();
        var named = request.query().get("agent");
        if (named == null && agents.size() == 1) {
            return work.apply(agents.getFirst());
        }
        return named != null && agents.contains(named)
                ? work.apply(named)
                : json(400, Map.of("error", "unknown_agent", "agents", agents));
    }

    /** The name between prefix and verb; it may be a whole URL with slashes of its own. */
    private static String nameIn(String path, String verb) {
        var start = UPSTREAMS.length() + 1;
        return path.substring(start, Math.max(start, path.length() - verb.length()));
    }

    private AdminAnswer login(String nonce) {
        var start = operations.follow(nonce);
        if (start == null) {
            return AdminAnswer.page(
                    410,
                    "This login is over",
                    "It was finished, or nobody came in time. Send the call again to begin anew.");
        }
        if (!cookie.isNeeded()) {
            return AdminAnswer.redirect(start.authorizationUrl());
        }
        var status = start.status();
        var text =
                "%s will ask you to log in, for %s with scopes: %s."
                        .formatted(
                                status.issuer(),
                                status.resource(),
                                status.scopes().isEmpty() ? "(default)" : status.scopes());
        return AdminAnswer.confirmation(
                        "Sign in for " + status.upstream(), text, start.authorizationUrl())
                .with("set-cookie", cookie.value(nonce));
    }

    private AdminAnswer callback(AdminRequest request) {
        var bound = cookie.isNeeded() ? cookie.read(request.cookie()) : null;
        return page(operations.finish(request.query(), bound));
    }

    /** The operator pastes the URL that the browser could not reach (K15). */
    private AdminAnswer pasted(AdminRequest request) {
        try {
            var url = JSON.readTree(request.body()).path("url").asText("");
            var query = new LinkedHashMap<String, String>();
            new QueryStringDecoder(url)
                    .parameters()
                    .forEach((name, values) -> query.put(name, values.getFirst()));
            var page = operations.finish(query, null);
            return json(page.httpStatus(), Map.of("title", page.title(), "text", page.text()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return AdminAnswer.json(400, "{\"error\":\"send {\\\"url\\\": the redirected URL}\"}");
        }
    }

    private static AdminAnswer page(Operations.LoginPage page) {
        URI redirect = page.redirect();
        return redirect != null
                ? AdminAnswer.redirect(redirect)
                : AdminAnswer.page(page.httpStatus(), page.title(), page.text());
    }

    private static AdminAnswer begun(@Nullable Authorization authorization) {
        return switch (authorization) {
            case null -> AdminAnswer.json(404, "{\"error\":\"unknown_upstream\"}");
            case Authorization.Granted _ -> json(200, Map.of("state", "authorized"));
            case Authorization.LoginRequired login -> json(200, invitation(login));
            case Authorization.Denied denied ->
                    json(
                            200,
                            Map.of(
                                    "state",
                                    "denied",
                                    "reason",
                                    denied.reason(),
                                    "message",
                                    denied.message(),
                                    "remedy",
                                    denied.remedy()));
            case Authorization.PassOn _, Authorization.Forgotten _ ->
                    json(200, Map.of("state", "anonymous"));
        };
    }

    private static Map<String, Object> invitation(Authorization.LoginRequired login) {
        var members = new LinkedHashMap<String, Object>();
        members.put("state", "login_required");
        members.put("url", login.link());
        if (login.userCode() != null) {
            members.put("user_code", login.userCode());
        }
        return members;
    }

    private static AdminAnswer explained(Operations.@Nullable Explanation explanation) {
        return explanation == null
                ? AdminAnswer.json(404, "{\"error\":\"unknown_upstream\"}")
                : json(200, explanation);
    }

    private static AdminAnswer dropped(Operations.@Nullable LogoutStatus status) {
        return status == null
                ? AdminAnswer.json(404, "{\"error\":\"unknown_upstream\"}")
                : json(200, status);
    }

    private static AdminAnswer json(int status, Object value) {
        try {
            return AdminAnswer.json(status, Objects.requireNonNull(JSON.writeValueAsString(value)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("views are plain records", e);
        }
    }
}
