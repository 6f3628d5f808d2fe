package dev.sidekey.it;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A person with a browser: follows a link, fills the login form that comes, ends at the callback.
 */
final class ScriptedBrowser {
    private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");
    private static final Pattern HIDDEN =
            Pattern.compile("type=\"hidden\" name=\"code\" value=\"([^\"]*)\"");
    private static final int MOST_HOPS = 15;

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    /** By authority. Browsers take Secure cookies from loopback over http, the JDK does not. */
    private final Map<String, Map<String, String>> cookies = new HashMap<>();

    /** Logs in and returns the last page. */
    HttpResponse<String> logIn(String link, String user, String password)
            throws IOException, InterruptedException {
        return toTheEnd(link, signIn(user, password));
    }

    /** The same where a code has to be typed first, and consent given at last (RFC 8628 §3.3). */
    HttpResponse<String> logInWithCode(String page, String userCode, String user, String password)
            throws IOException, InterruptedException {
        var forms = new LinkedHashMap<>(Map.of("device_user_code", fields(userCode)));
        forms.putAll(signIn(user, password));
        forms.put("accept", "code=HIDDEN&accept=Yes");
        return toTheEnd(page, forms);
    }

    private static String fields(String userCode) {
        return "device_user_code=" + encode(userCode);
    }

    private static Map<String, String> signIn(String user, String password) {
        return Map.of(
                "password",
                "username=" + encode(user) + "&password=" + encode(password) + "&credentialId=");
    }

    /**
     * Follows redirects and fills forms until a page has neither.
     *
     * @param forms what is posted, by the name of a field that tells the form
     */
    private HttpResponse<String> toTheEnd(String link, Map<String, String> forms)
            throws IOException, InterruptedException {
        var page = get(URI.create(link));
        for (int hop = 0; hop < MOST_HOPS; hop++) {
            var body = page.body();
            var form = FORM.matcher(body);
            var known =
                    forms.keySet().stream()
                            .filter(name -> body.contains("name=\"" + name + "\""))
                            .findFirst();
            if (page.statusCode() / 100 == 3) {
                var location = page.headers().firstValue("location").orElseThrow();
                page = get(page.uri().resolve(location));
            } else if (known.isPresent() && form.find()) {
                var action = page.uri().resolve(form.group(1).replace("&amp;", "&"));
                page = post(action, forms.get(known.get()).replace("HIDDEN", hidden(body)));
            } else {
                return page;
            }
        }
        throw new IOException("no end of redirects at " + page.uri());
    }

    /** What a consent page is told by. */
    private static String hidden(String body) {
        var code = HIDDEN.matcher(body);
        return code.find() ? encode(code.group(1)) : "";
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri));
    }

    private HttpResponse<String> post(URI uri, String form)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private HttpResponse<String> send(HttpRequest.Builder builder)
            throws IOException, InterruptedException {
        // Keycloak tells a person from a device by this
        builder.header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        var uri = builder.build().uri();
        var jar = cookies.computeIfAbsent(uri.getAuthority(), _ -> new LinkedHashMap<>());
        if (!jar.isEmpty()) {
            var pairs = new ArrayList<String>();
            jar.forEach((name, value) -> pairs.add(name + "=" + value));
            builder.header("Cookie", String.join("; ", pairs));
        }
        var page = http.send(builder.build(), BodyHandlers.ofString());
        for (var cookie : page.headers().allValues("set-cookie")) {
            var pair = cookie.split(";", 2)[0].split("=", 2);
            jar.put(pair[0], pair[1]);
        }
        return page;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
