package dev.sidekey.it;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A person with a browser: follows a link, fills the login form that comes, ends at the callback.
 */
final class ScriptedBrowser {
    private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");
    private static final int MOST_HOPS = 15;

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                    .build();

    /** Logs in and returns the last page. */
    HttpResponse<String> logIn(String link, String user, String password)
            throws IOException, InterruptedException {
        var page = get(URI.create(link));
        for (int hop = 0; hop < MOST_HOPS; hop++) {
            var form = FORM.matcher(page.body());
            if (page.statusCode() / 100 == 3) {
                var location = page.headers().firstValue("location").orElseThrow();
                page = get(page.uri().resolve(location));
            } else if (page.body().contains("name=\"password\"") && form.find()) {
                page =
                        post(
                                page.uri().resolve(form.group(1).replace("&amp;", "&")),
                                user,
                                password);
            } else {
                return page;
            }
        }
        throw new IOException("no end of redirects at " + page.uri());
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(URI uri, String user, String password)
            throws IOException, InterruptedException {
        var form = "username=" + encode(user) + "&password=" + encode(password) + "&credentialId=";
        return http.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
