package dev.sidekey.oauth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One authentication challenge of a WWW-Authenticate header (RFC 9110 §11.6.1, RFC 6750 §3).
 *
 * @param scheme lower case
 * @param parameters names in lower case; of a repeated name the first wins (3.4 no. 14)
 */
public record Challenge(String scheme, Map<String, String> parameters) {

    /** Keeps its own copy. */
    public Challenge {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Reads all challenges of all header lines, in order (T5). Never throws: what is malformed is
     * left out.
     */
    public static List<Challenge> parse(List<String> headerLines) {
        var challenges = new ArrayList<Challenge>();
        for (var line : headerLines) {
            new ChallengeParser(line).parseInto(challenges);
        }
        return challenges;
    }

    /**
     * The Bearer challenge, else the DPoP one, else null. Of both the one with an error: it speaks
     * of what was shown (RFC 9449 §7.2).
     */
    public static @Nullable Challenge preferred(List<Challenge> challenges) {
        var bearer = first(challenges, "bearer");
        var dpop = first(challenges, "dpop");
        if (bearer == null || (bearer.error() == null && dpop != null && dpop.error() != null)) {
            return dpop;
        }
        return bearer;
    }

    private static @Nullable Challenge first(List<Challenge> challenges, String scheme) {
        for (var challenge : challenges) {
            if (challenge.scheme.equals(scheme)) {
                return challenge;
            }
        }
        return null;
    }

    /** Whether it asks for a token that is bound to a key (RFC 9449 §7.1). */
    public boolean isDpop() {
        return scheme.equals("dpop");
    }

    /** Whether nothing but the proof's nonce was missing (RFC 9449 §9). */
    public boolean asksForNonce() {
        return isDpop() && "use_dpop_nonce".equals(error());
    }

    /** The proof algorithms that it names; null when it names none. */
    public @Nullable List<String> dpopAlgorithms() {
        var algorithms = parameters.get("algs");
        return algorithms == null ? null : List.of(algorithms.split(" ", -1));
    }

    /** The scopes named. */
    public Scopes scope() {
        return Scopes.parse(parameters.get("scope"));
    }

    /** The error code of RFC 6750 §3.1, or null. */
    public @Nullable String error() {
        return parameters.get("error");
    }

    /** Where the resource metadata lies (RFC 9728 §5.1), or null. */
    public @Nullable String resourceMetadata() {
        return parameters.get("resource_metadata");
    }
}
