package dev.sidekey.oauth;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What a person types at a verification page (RFC 8628 §3.3). Made to be shown, so no secret;
 * cleaned, as a stranger wrote it.
 *
 * @param text as it is shown
 */
public record UserCode(@JsonValue String text) {
    private static final int LONGEST = 64;

    /** Cleans what a stranger wrote. */
    public UserCode {
        var kept = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        text = kept.replaceAll("\\p{Cntrl}", "");
    }

    @Override
    public String toString() {
        return text;
    }
}
