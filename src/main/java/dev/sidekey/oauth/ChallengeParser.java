package dev.sidekey.oauth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one header line of challenges. The grammar of RFC 9110 §11.6.1 is ambiguous at commas: a
 * token followed by {@code =} and a value is a parameter of the challenge before it, any other
 * token begins a new challenge.
 */
final class ChallengeParser {
    private final String line;
    private int at;

    ChallengeParser(String line) {
        this.line = line;
    }

    void parseInto(List<Challenge> challenges) {
        @Nullable String scheme = null;
        Map<String, String> parameters = new LinkedHashMap<>();
        while (skipSeparators()) {
            var name = token();
            if (name.isEmpty()) {
                at++; // a stray character: leave it out and go on
                continue;
            }
            var value = value();
            if (value != null && scheme != null) {
                parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
            } else if (value == null) {
                add(challenges, scheme, parameters);
                scheme = name.toLowerCase(Locale.ROOT);
                parameters = new LinkedHashMap<>();
                skipToken68();
            }
        }
        add(challenges, scheme, parameters);
    }

    private static void add(
            List<Challenge> challenges, @Nullable String scheme, Map<String, String> parameters) {
        if (scheme != null) {
            challenges.add(new Challenge(scheme, parameters));
        }
    }

    private boolean skipSeparators() {
        while (at < line.length() && (isSpace(line.charAt(at)) || line.charAt(at) == ',')) {
            at++;
        }
        return at < line.length();
    }

    private String token() {
        int start = at;
        while (at < line.length() && isTokenCharacter(line.charAt(at))) {
            at++;
        }
        return line.substring(start, at);
    }

    /**
     * The value after {@code =}, with white space around it as RFC 9110 tolerates; null: no value.
     */
    private @Nullable String value() {
        int before = at;
        skipSpaces();
        if (at >= line.length() || line.charAt(at) != '=') {
            at = before;
            return null;
        }
        at++;
        skipSpaces();
        return at < line.length() && line.charAt(at) == '"' ? quoted() : bare();
    }

    private String quoted() {
        var text = new StringBuilder();
        at++;
        while (at < line.length() && line.charAt(at) != '"') {
            if (line.charAt(at) == '\\' && at + 1 < line.length()) {
                at++;
            }
            text.append(line.charAt(at++));
        }
        at++; // the closing quote; a line cut short has none
        return text.toString();
    }

    /** A value without quotes: some servers send URLs so, though they are no tokens. */
    private String bare() {
        int start = at;
        while (at < line.length() && line.charAt(at) != ',' && !isSpace(line.charAt(at))) {
            at++;
        }
        return line.substring(start, at);
    }

    /** A token68 after a scheme, as Negotiate and Basic send it: not ours, but in the way. */
    private void skipToken68() {
        int before = at;
        skipSpaces();
        int start = at;
        while (at < line.length()
                && (isTokenCharacter(line.charAt(at)) || line.charAt(at) == '/')) {
            at++;
        }
        int word = at;
        while (at < line.length() && line.charAt(at) == '=') {
            at++;
        }
        int end = at;
        skipSpaces();
        var whole = at >= line.length() || line.charAt(at) == ',';
        if (start == word || !whole || (end == word && !looksEncoded(start, word))) {
            at = before;
        }
    }

    /** A lone word before a comma may be the next scheme, or a token68 without padding. */
    private boolean looksEncoded(int start, int end) {
        return end - start > 16;
    }

    private void skipSpaces() {
        while (at < line.length() && isSpace(line.charAt(at))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isTokenCharacter(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
