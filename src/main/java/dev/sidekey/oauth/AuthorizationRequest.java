package dev.sidekey.oauth;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The URL of an authorization request (RFC 6749 §3.1, §4.1.1). */
public final class AuthorizationRequest {
    private AuthorizationRequest() {}

    /**
     * Adds parameters to an endpoint, keeping its own query and dropping a fragment (K14). Whether
     * a browser may be sent there at all was decided before: {@link
     * dev.sidekey.address.EndpointRule}.
     */
    public static URI url(URI endpoint, Map<String, String> parameters) {
        var pairs = new ArrayList<String>();
        var query = endpoint.getRawQuery();
        if (query != null && !query.isEmpty()) {
            pairs.add(query);
        }
        parameters.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
        return withQuery(endpoint, pairs);
    }

    /** Replaces parameters of a request; a null value takes one out. */
    public static URI replace(URI request, Map<String, @Nullable String> parameters) {
        var pairs = new ArrayList<String>();
        for (var pair : Objects.requireNonNullElse(request.getRawQuery(), "").split("&", -1)) {
            var name = URLDecoder.decode(pair.split("=", 2)[0], StandardCharsets.UTF_8);
            if (!parameters.containsKey(name)) {
                pairs.add(pair);
            }
        }
        parameters.forEach((name, value) -> {
            if (value != null) {
                pairs.add(encode(name) + "=" + encode(value));
            }
        });
        return withQuery(request, pairs);
    }

    private static URI withQuery(URI url, List<String> pairs) {
        var path = Objects.requireNonNullElse(url.getRawPath(), "");
        return URI.create(
                url.getScheme()
                        + "://"
                        + url.getRawAuthority()
                        + path
                        + (pairs.isEmpty() ? "" : "?" + String.join("&", pairs)));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
