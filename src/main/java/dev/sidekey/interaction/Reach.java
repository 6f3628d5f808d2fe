package dev.sidekey.interaction;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a person is reached from here. Immutable.
 *
 * @param notices tell them of logins
 * @param headless whether no browser of theirs can come back: this machine has none, and {@code
 *     public-url} means this machine alone. A code that is typed elsewhere serves them then (RFC
 *     8628)
 */
public record Reach(List<LoginNotice> notices, boolean headless) {

    /** Keeps its own copy. */
    public Reach {
        notices = List.copyOf(notices);
    }

    /**
     * What there is.
     *
     * @param opensBrowser whether a browser may be opened; where the operator says no, links are
     *     for somebody who knows how to open them
     * @param publicUrl where browsers reach the admin listener
     */
    public static Reach of(boolean opensBrowser, URI publicUrl, Map<String, String> environment) {
        var notices = new ArrayList<LoginNotice>();
        notices.add(new LoggedLink());
        var browser =
                opensBrowser ? Browser.find(environment, System.getProperty("os.name", "")) : null;
        if (browser != null) {
            notices.add(browser);
        }
        return new Reach(notices, opensBrowser && browser == null && isLoopback(publicUrl));
    }

    private static boolean isLoopback(URI url) {
        var host = url.getHost();
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }
}
