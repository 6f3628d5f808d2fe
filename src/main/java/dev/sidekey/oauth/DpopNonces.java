package dev.sidekey.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The newest nonce of each server that hands them out, by origin (RFC 9449 §8, §9; M13). One of
 * these for authorization servers and another for resource servers: a nonce is no use to the other
 * kind, even at the same origin. Memory only: a lost nonce costs one more request. Safe on every
 * thread; nothing blocks.
 */
public final class DpopNonces {
    private static final int BOUND = 10_000;

    private final Cache<String, Nonce> byOrigin = Caffeine.newBuilder().maximumSize(BOUND).build();

    /** One server's nonce. Whoever speaks to it often keeps this, and looks nothing up. */
    public static final class Nonce {
        private static final int LONGEST = 2048;

        private volatile @Nullable String value;

        @Nullable String value() {
            return value;
        }

        /**
         * Notes what a {@code DPoP-Nonce} header brought, with whatever status.
         *
         * @param brought null when there was none
         * @return whether it is another than before
         */
        boolean learn(@Nullable String brought) {
            if (brought == null
                    || brought.isEmpty()
                    || brought.length() > LONGEST
                    || brought.equals(value)) {
                return false;
            }
            value = brought;
            return true;
        }
    }

    /** The nonce of the server that a URL belongs to. */
    public Nonce at(URI url) {
        var origin = (url.getScheme() + "://" + url.getRawAuthority()).toLowerCase(Locale.ROOT);
        return byOrigin.get(origin, _ -> new Nonce());
    }
}
