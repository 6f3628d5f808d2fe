package dev.sidekey.oauth;

import org.jspecify.annotations.Nullable;

/**
 * An error that a server sent (RFC 6749 §5.2). Control characters are taken out and the length is
 * bounded, because it goes to logs and pages.
 *
 * @param error its code, such as {@code invalid_grant}
 * @param description the server's words; null when it has none
 */
public record OAuthError(String error, @Nullable String description) {
    private static final int LONGEST = 300;

    /** Cleans what a stranger wrote. */
    public OAuthError {
        error = clean(error);
        description = description == null ? null : clean(description);
    }

    private static String clean(String text) {
        var kept = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return kept.replaceAll("\\p{Cntrl}", " ");
    }

    /** For people: code, then description. */
    @Override
    public String toString() {
        return description == null ? error : error + " (" + description + ")";
    }
}
