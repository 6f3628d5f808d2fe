package dev.sidekey.oauth;

import dev.sidekey.address.EndpointRule;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.Resolver;
import dev.sidekey.address.TrustedRoots;
import dev.sidekey.oauth.OAuthFailure.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The one client of OAuth requests. It alone sets size, time, redirect and address limits, and
 * connects to the very address that was checked (X1). Blocks: virtual threads only.
 */
public final class OAuthHttp {
    private static final int LONGEST_HEADER = 64 * 1024;
    private static final int MOST_REDIRECTS = 3;
    private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
    private static final ConnectionPool NO_POOL = new ConnectionPool(0, 1, TimeUnit.MILLISECONDS);

    private final OAuthClients clients;
    private final Resolver resolver;
    private final Limits limits;
    private final ServerClocks clocks = new ServerClocks(Clock.systemUTC());

    /**
     * What bounds a request.
     *
     * @param timeout the whole of it, from look-up to the last byte
     * @param body largest answer in bytes
     * @param onEventLoop tells whether the calling thread must not block
     */
    public record Limits(Duration timeout, int body, BooleanSupplier onEventLoop) {}

    /** What went well or not. */
    public sealed interface Outcome {}

    /** An answer, whatever its status. */
    public record Answered(HttpReply reply) implements Outcome {}

    /** None. */
    public record Unanswered(OAuthFailure failure) implements Outcome {}

    /**
     * Makes the client.
     *
     * @param proxy the outer proxy, where there is one; behind it only names and literals can be
     *     checked
     */
    public OAuthHttp(Resolver resolver, Limits limits, TrustedRoots roots, OuterProxy proxy) {
        this.resolver = resolver;
        this.limits = limits;
        var builder =
                new OkHttpClient.Builder()
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .followRedirects(false)
                        .followSslRedirects(false)
                        .retryOnConnectionFailure(false)
                        .proxySelector(proxy.selector())
                        .proxyAuthenticator((_, refused) -> withCredentials(proxy, refused))
                        .callTimeout(limits.timeout());
        this.clients = new OAuthClients(builder, roots);
    }

    /** What time it is at the servers that have answered. */
    public ServerClocks clocks() {
        return clocks;
    }

    /** Reads a document; follows a few redirects, each hop checked. */
    public Outcome get(EndpointRule rule, URI location, Map<String, String> headers) {
        var hop = location;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var outcome = send(rule, hop, headers, null, request -> request.get());
            if (!(outcome instanceof Answered(HttpReply reply)) || reply.status() / 100 != 3) {
                return outcome;
            }
            var next = redirect(hop, reply);
            if (next == null) {
                return outcome;
            }
            hop = next;
        }
        return failed(Kind.REDIRECT, location, "redirects too often", false);
    }

    private static @Nullable URI redirect(URI hop, HttpReply reply) {
        var target = reply.header("location");
        try {
            var next = target == null ? null : hop.resolve(target);
            var downgraded =
                    next != null
                            && "https".equals(hop.getScheme())
                            && !"https".equals(next.getScheme());
            return downgraded ? null : next;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Sends a form; redirects are not followed (E19).
     *
     * @param tls shown to a server that asks for a certificate; null for none
     */
    public Outcome postForm(
            EndpointRule rule,
            URI location,
            Map<String, String> headers,
            Map<String, String> form,
            @Nullable ClientTls tls) {
        var pairs = new ArrayList<String>();
        form.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
        var body = bytes(String.join("&", pairs), "application/x-www-form-urlencoded");
        return noRedirect(
                location, send(rule, location, headers, tls, request -> request.post(body)));
    }

    /** Sends JSON by POST or PUT; redirects are not followed (E19). */
    public Outcome sendJson(
            EndpointRule rule,
            String method,
            URI location,
            Map<String, String> headers,
            String json) {
        var body = bytes(json, "application/json");
        return noRedirect(
                location,
                send(rule, location, headers, null, request -> request.method(method, body)));
    }

    private static RequestBody bytes(String text, String type) {
        return RequestBody.create(text.getBytes(StandardCharsets.UTF_8), MediaType.get(type));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static Outcome noRedirect(URI location, Outcome outcome) {
        return outcome instanceof Answered(HttpReply reply) && reply.status() / 100 == 3
                ? failed(
                        Kind.REDIRECT,
                        location,
                        "answers with a redirect, which is not followed",
                        false)
                : outcome;
    }

    @FunctionalInterface
    private interface Shape {
        Request.Builder of(Request.Builder request);
    }

    private Outcome send(
            EndpointRule rule,
            URI location,
            Map<String, String> headers,
            @Nullable ClientTls tls,
            Shape shape) {
        if (limits.onEventLoop().getAsBoolean()) {
            throw new IllegalStateException(
                    "OAuth requests block and must not run on an event loop");
        }
        var refusal = rule.refusal(location);
        if (refusal != null) {
            return failed(Kind.REFUSED_ADDRESS, location, "is not asked: " + refusal, false);
        }
        var dns = new CheckedDns(resolver, rule, location);
        var once = clients.of(location, tls).dns(dns).connectionPool(NO_POOL);
        try {
            var call = once.build().newCall(request(location, headers, shape));
            try (Response response = call.execute()) {
                return read(location, response, call);
            }
        } catch (IOException | IllegalArgumentException e) {
            return unanswered(location, dns, e);
        }
    }

    private static Request request(URI location, Map<String, String> headers, Shape shape) {
        var builder =
                new Request.Builder()
                        .url(location.toString())
                        .header("Accept", "application/json")
                        .header("User-Agent", UserAgent.VALUE);
        headers.forEach(builder::header);
        return shape.of(builder).build();
    }

    private Outcome read(URI location, Response response, Call call) throws IOException {
        if (response.headers().byteCount() > LONGEST_HEADER) {
            call.cancel();
            return failed(Kind.TOO_LARGE, location, "sends too long a header", false);
        }
        var source = response.body().source();
        if (source.request(limits.body() + 1L)) {
            // else closing reads on for a while, to save a connection that is not kept
            call.cancel();
            return failed(
                    Kind.TOO_LARGE,
                    location,
                    "sends more than " + limits.body() + " bytes (limits.metadata)",
                    false);
        }
        var body = Secret.of(source.readUtf8());
        clocks.note(location, response.header("Date"));
        return new Answered(
                new HttpReply(location, response.code(), headers(response.headers()), body));
    }

    private static Map<String, List<String>> headers(Headers headers) {
        var map = new LinkedHashMap<String, List<String>>();
        for (var name : headers.names()) {
            map.put(name.toLowerCase(Locale.ROOT), headers.values(name));
        }
        return map;
    }

    private Outcome unanswered(URI location, CheckedDns dns, Exception e) {
        var refused = dns.refusal();
        if (refused != null) {
            return failed(Kind.REFUSED_ADDRESS, location, "is not asked: " + refused, false);
        }
        return switch (e) {
            case UnknownHostException _ ->
                    failed(Kind.UNKNOWN_HOST, location, "cannot be found: no such host", true);
            case InterruptedIOException _ ->
                    failed(
                            Kind.TIMEOUT,
                            location,
                            "did not answer within "
                                    + limits.timeout().toMillis()
                                    + " ms"
                                    + " (limits.oauth-timeout)",
                            true);
            case SSLException tls ->
                    failed(
                            Kind.TLS,
                            location,
                            "cannot be trusted: " + tls.getMessage() + " (ca-file adds roots)",
                            true);
            default -> failed(Kind.CONNECT, location, "cannot be reached: " + e.getMessage(), true);
        };
    }

    private static Unanswered failed(
            Kind kind, URI location, String what, boolean transientFailure) {
        return new Unanswered(
                new OAuthFailure(
                        kind, HttpReply.place(location) + " " + what, transientFailure, null));
    }

    /** The outer proxy's own credentials, once; refused again they are wrong. */
    private static @Nullable Request withCredentials(OuterProxy proxy, Response refused) {
        var request = refused.request();
        var url = request.url();
        var through = proxy.forDestination(url.isHttps(), url.host(), url.port());
        var credentials = through == null ? null : OuterProxy.basic(through);
        return credentials == null || request.header(PROXY_AUTHORIZATION) != null
                ? null
                : request.newBuilder().header(PROXY_AUTHORIZATION, credentials).build();
    }
}
