package dev.sidekey.admin;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer of the admin listener. Every one forbids caching, framing and referrers (X11).
 *
 * @param status HTTP status
 * @param contentType of the body
 * @param body text
 * @param headers further headers
 */
record AdminAnswer(int status, String contentType, String body, Map<String, String> headers) {

    static AdminAnswer json(int status, String body) {
        return new AdminAnswer(status, "application/json", body, Map.of());
    }

    static AdminAnswer text(int status, String body) {
        return new AdminAnswer(status, "text/plain; charset=utf-8", body + "\n", Map.of());
    }

    static AdminAnswer redirect(URI location) {
        return text(302, "Go on at the login page.").with("location", location.toString());
    }

    /** A page for a person; title and text are escaped here (X11). */
    static AdminAnswer page(int status, String title, String text) {
        return html(status, escape(title), "<p>" + escape(text) + "</p>");
    }

    /** A page that tells what is about to happen, and a link to go on (X12). */
    static AdminAnswer confirmation(String title, String text, URI next) {
        var link =
                "<p><a rel=\"noreferrer\" href=\"" + escape(next.toString()) + "\">Go on</a></p>";
        return html(200, escape(title), "<p>" + escape(text) + "</p>" + link);
    }

    private static AdminAnswer html(int status, String title, String content) {
        var body =
                """
                <!doctype html><html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width"><title>%1$s</title>
                <style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}</style>
                </head><body><h1>%1$s</h1>%2$s</body></html>
                """
                        .formatted(title, content);
        return new AdminAnswer(status, "text/html; charset=utf-8", body, Map.of());
    }

    /** The same answer with one header more. */
    AdminAnswer with(String name, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new AdminAnswer(status, contentType, body, all);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
