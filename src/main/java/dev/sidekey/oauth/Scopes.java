package dev.sidekey.oauth;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of scope tokens: case-sensitive, order kept for the wire but not compared (RFC 6749 §3.3,
 * S9). The empty set means "nobody named a scope" and is left out on the wire, never sent as an
 * empty string (S7). Immutable; safe on every thread.
 */
public final class Scopes {
    private static final Scopes NONE = new Scopes(Set.of());

    private final Set<String> tokens;

    private Scopes(Set<String> tokens) {
        this.tokens = tokens;
    }

    /** The empty set. */
    public static Scopes none() {
        return NONE;
    }

    /** The set of the given tokens; blank ones are dropped. */
    public static Scopes of(String... tokens) {
        return of(List.of(tokens));
    }

    /** The set of the given tokens; blank ones are dropped. */
    public static Scopes of(Collection<String> tokens) {
        var kept = new LinkedHashSet<String>();
        for (var token : tokens) {
            if (!token.isBlank()) {
                kept.add(token.strip());
            }
        }
        return kept.isEmpty() ? NONE : new Scopes(Collections.unmodifiableSet(kept));
    }

    /**
     * Reads a {@code scope} value: tokens parted by spaces, or by commas where a sloppy server uses
     * those instead (S9). A comma inside a space separated list is part of its token, as RFC 6749
     * allows. Null and blank are {@link #none()}.
     */
    public static Scopes parse(@Nullable String value) {
        if (value == null || value.isBlank()) {
            return NONE;
        }
        var stripped = value.strip();
        var separator = stripped.chars().anyMatch(Character::isWhitespace) ? "\\s+" : ",";
        return of(List.of(stripped.split(separator)));
    }

    /** Whether each of the other's tokens is in this set. */
    public boolean covers(Scopes other) {
        return tokens.containsAll(other.tokens);
    }

    /** This set's tokens, then those only the other has. */
    public Scopes union(Scopes other) {
        if (covers(other)) {
            return this;
        }
        var all = new ArrayList<>(tokens);
        all.addAll(other.tokens);
        return of(all);
    }

    /** This set's tokens that the other lacks. */
    public Scopes without(Scopes other) {
        var rest = new ArrayList<>(tokens);
        rest.removeAll(other.tokens);
        return of(rest);
    }

    /** Whether the token is in this set. */
    public boolean contains(String token) {
        return tokens.contains(token);
    }

    /** Whether no token is in it. */
    public boolean isEmpty() {
        return tokens.isEmpty();
    }

    /** The tokens in the order first seen. */
    public Set<String> tokens() {
        return tokens;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scopes scopes && tokens.equals(scopes.tokens);
    }

    @Override
    public int hashCode() {
        return tokens.hashCode();
    }

    /** The wire form: tokens parted by one space. */
    @Override
    public String toString() {
        return String.join(" ", tokens);
    }
}
