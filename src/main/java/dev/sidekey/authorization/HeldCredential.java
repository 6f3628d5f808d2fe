package dev.sidekey.authorization;

import dev.sidekey.credential.Credential;
import dev.sidekey.credential.Versioned;
import dev.sidekey.oauth.DpopProofs;
import dev.sidekey.oauth.TokenSubject;
import dev.sidekey.telemetry.Audit;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One credential in memory, in the form that costs the hot path nothing: the header is written
 * once, freshness is a comparison of longs. Where the token is bound to a key, it costs a
 * signature. Immutable but for two notes; safe on every thread.
 */
final class HeldCredential implements BearerCredential {
    /** How it came into memory. */
    enum Origin {
        STORED,
        REFRESHED,
        REQUESTED
    }

    private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
    private static final AsciiString DPOP = AsciiString.cached("dpop");

    private final Versioned<Credential> stored;
    private final Origin origin;
    private final boolean renewedByGrant;
    private final AsciiString header;
    private final Object holder;
    private final @Nullable DpopProofs proofs;
    private final Audit.Used used;
    private final Held.Usable usable = new Held.Usable(this);
    private final long staleAt;
    private final long expiredAt;
    private volatile boolean accepted;
    private volatile long refreshNotBefore;
    private volatile @Nullable BackOff backOff;

    /**
     * @param before what was held for the same resource, so that its holder is inherited by a token
     *     that names none; null when nothing was
     * @param renewedByGrant whether its grant needs no person, and is simply asked again (M4)
     * @param proofs writes the proofs of a credential that is bound to a key; null for any other
     */
    HeldCredential(
            Versioned<Credential> stored,
            Origin origin,
            @Nullable HeldCredential before,
            boolean renewedByGrant,
            @Nullable DpopProofs proofs) {
        this.stored = stored;
        this.origin = origin;
        this.renewedByGrant = renewedByGrant;
        this.proofs = proofs;
        var credential = stored.value();
        this.holder = holder(credential, before);
        var scheme = proofs == null ? "Bearer " : "DPoP ";
        this.header = AsciiString.of(scheme + credential.accessToken().reveal());
        this.used = usedOf(credential);
        this.staleAt = millis(credential.staleAt());
        this.expiredAt = millis(credential.expiresAt());
    }

    /** What an auditor is told of a credential. */
    static Audit.Used usedOf(Credential credential) {
        return new Audit.Used(
                credential.key().resource(),
                credential.scopes().granted().toString(),
                credential.accessToken().fingerprint());
    }

    private static Object holder(Credential credential, @Nullable HeldCredential before) {
        var subject = TokenSubject.of(credential.accessToken());
        if (subject != null) {
            return subject;
        }
        return before == null ? new Object() : before.holder;
    }

    @Override
    public Audit.Used used() {
        return used;
    }

    private static long millis(@Nullable Instant instant) {
        return instant == null ? Long.MAX_VALUE : instant.toEpochMilli();
    }

    @Override
    public void present(String method, String url, BiConsumer<CharSequence, CharSequence> headers) {
        headers.accept(AUTHORIZATION, header);
        if (proofs != null) {
            headers.accept(DPOP, proofs.proof(method, url));
        }
    }

    @Override
    public boolean isBound() {
        return proofs != null;
    }

    @Override
    public boolean learnNonce(@Nullable String nonce) {
        return proofs != null && proofs.learn(nonce);
    }

    @Override
    public Object holder() {
        return holder;
    }

    @Override
    public void accepted() {
        if (!accepted) {
            accepted = true;
        }
    }

    /** Whether the upstream has taken it at least once, as far as this process knows. */
    boolean wasAccepted() {
        return accepted || origin == Origin.STORED;
    }

    Credential credential() {
        return stored.value();
    }

    long version() {
        return stored.version();
    }

    Origin origin() {
        return origin;
    }

    Held.Usable usable() {
        return usable;
    }

    boolean isStale(long nowMillis) {
        return nowMillis >= staleAt;
    }

    boolean isExpired(long nowMillis) {
        return nowMillis >= expiredAt;
    }

    boolean isRefreshable() {
        return renewedByGrant || credential().refreshToken() != null;
    }

    /** Whether its grant is asked again, and no refresh token used. */
    boolean isRenewedByGrant() {
        return renewedByGrant;
    }

    /** Whether the back-off after a failed refresh is over. */
    boolean mayRefresh(long nowMillis) {
        return isRefreshable() && nowMillis >= refreshNotBefore;
    }

    /**
     * Keeps further refreshes behind away for a while, longer each time: the server failed, not the
     * credential (E12). One refresh runs at a time.
     *
     * @param asked how long the server asked to be left alone; null when it did not say
     */
    void refreshFailed(long nowMillis, @Nullable Duration asked) {
        var next = BackOff.after(backOff);
        backOff = next;
        refreshNotBefore(next.until(nowMillis, asked));
    }

    /** Keeps further refreshes behind away until then. */
    void refreshNotBefore(long millis) {
        refreshNotBefore = millis;
    }
}
