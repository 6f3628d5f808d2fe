package dev.sidekey.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what was probably meant. */
public final class Nearest {
    private static final int FARTHEST = 4;

    private Nearest() {}

    /** The known word nearest to a mistyped one; null when none is near. */
    static @Nullable String to(String word, Collection<String> known) {
        return within(Math.min(FARTHEST, Math.max(1, word.length() / 2)), word, known);
    }

    /** The known word nearest to a mistyped one, if at most so many letters are wrong; or null. */
    public static @Nullable String within(int errors, String word, Collection<String> known) {
        @Nullable String best = null;
        int least = errors + 1;
        for (var candidate : known) {
            int distance = distance(word, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        var row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                int next = Math.min(diagonal + change, Math.min(row[j], row[j - 1]) + 1);
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[other.length()];
    }
}
