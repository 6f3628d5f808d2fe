package dev.sidekey.authorization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.Versioned;
import dev.sidekey.oauth.DpopNonces;
import dev.sidekey.oauth.DpopProofs;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The credentials in memory, in front of the store. Event loops read it: a read is one map lookup.
 * Safe on every thread; what was evicted is found again in the store by the next flow.
 */
final class HeldCredentials {
    private static final int BOUND = 200_000;

    private final DpopNonces nonces = new DpopNonces();
    private final InstantSource clock;

    private final Cache<Slot, List<HeldCredential>> slots =
            Caffeine.newBuilder().maximumSize(BOUND).build();
    private final Predicate<String> unattended;

    /**
     * @param unattended whether the grant of a name needs no person
     * @param clock for proofs
     */
    HeldCredentials(Predicate<String> unattended, InstantSource clock) {
        this.unattended = unattended;
        this.clock = clock;
    }

    /**
     * The credential for a URL: the most specific resource that covers it, else any of the slot.
     */
    @Nullable HeldCredential best(Slot slot, String url) {
        var held = slots.getIfPresent(slot);
        if (held == null) {
            return null;
        }
        if (held.size() == 1) {
            return held.getFirst();
        }
        @Nullable HeldCredential best = null;
        for (var candidate : held) {
            var resource = candidate.credential().key().resource();
            if (UrlPrefix.covers(resource, url)
                    && (best == null
                            || resource.length() > best.credential().key().resource().length())) {
                best = candidate;
            }
        }
        return best == null ? held.getFirst() : best;
    }

    /** Whether a credential's resource covers the URL. */
    boolean covers(Slot slot, String url) {
        var held = slots.getIfPresent(slot);
        if (held == null) {
            return false;
        }
        for (var candidate : held) {
            if (UrlPrefix.covers(candidate.credential().key().resource(), url)) {
                return true;
            }
        }
        return false;
    }

    /** All of a slot. */
    List<HeldCredential> all(Slot slot) {
        return Objects.requireNonNullElse(slots.getIfPresent(slot), List.of());
    }

    /** All there are. */
    List<HeldCredential> everything() {
        return slots.asMap().values().stream().flatMap(List::stream).toList();
    }

    /** Holds a credential in place of an older one with the same key. The newest stands first. */
    HeldCredential put(Versioned<Credential> stored, HeldCredential.Origin origin) {
        return hold(stored, origin, _ -> false);
    }

    private HeldCredential hold(
            Versioned<Credential> stored,
            HeldCredential.Origin origin,
            Predicate<HeldCredential> stays) {
        var key = stored.value().key();
        var renewedByGrant = unattended.test(stored.value().grant());
        var proofs = proofs(stored.value());
        // all of it within: who follows the store may hold the same one at the same time
        var after =
                slots.asMap()
                        .compute(
                                slotOf(stored.value()),
                                (_, held) -> {
                                    var mine = of(held, key);
                                    if (held != null && mine != null && stays.test(mine)) {
                                        return held;
                                    }
                                    var before = ofSameResource(held, key);
                                    var list = new ArrayList<HeldCredential>();
                                    list.add(
                                            new HeldCredential(
                                                    stored,
                                                    origin,
                                                    before,
                                                    renewedByGrant,
                                                    proofs));
                                    without(held, key, list);
                                    return List.copyOf(list);
                                });
        return Objects.requireNonNullElseGet(of(after, key), after::getFirst);
    }

    private static @Nullable HeldCredential of(
            @Nullable List<HeldCredential> all, CredentialKey key) {
        for (var held : Objects.requireNonNullElse(all, List.<HeldCredential>of())) {
            if (held.credential().key().equals(key)) {
                return held;
            }
        }
        return null;
    }

    /** What is held of the same issuer for the same resource, whatever its client. */
    private static @Nullable HeldCredential ofSameResource(
            @Nullable List<HeldCredential> all, CredentialKey key) {
        for (var held : Objects.requireNonNullElse(all, List.<HeldCredential>of())) {
            var other = held.credential().key();
            if (other.issuer().equals(key.issuer()) && other.resource().equals(key.resource())) {
                return held;
            }
        }
        return null;
    }

    /** What writes the proofs, if there have to be any: found once, not a request. */
    private @Nullable DpopProofs proofs(Credential credential) {
        var key = credential.dpopKey();
        return key == null || !credential.isBound()
                ? null
                : DpopProofs.forResource(
                        key, credential.accessToken(), nonces.at(credential.upstreamUrl()), clock);
    }

    /**
     * Holds a stored credential unless memory has this version already: what this process has just
     * brought itself stays, whoever is faster.
     */
    HeldCredential adopt(Versioned<Credential> stored) {
        return hold(
                stored, HeldCredential.Origin.STORED, mine -> mine.version() >= stored.version());
    }

    /** Drops a credential. */
    void drop(Slot slot, CredentialKey key) {
        slots.asMap()
                .computeIfPresent(
                        slot,
                        (_, before) -> {
                            var after = new ArrayList<HeldCredential>();
                            without(before, key, after);
                            return after.isEmpty() ? null : List.copyOf(after);
                        });
    }

    /** Drops a credential, wherever it is held. */
    void drop(CredentialKey key) {
        slots.asMap().keySet().forEach(slot -> drop(slot, key));
    }

    /** Where a credential belongs. */
    static Slot slotOf(Credential credential) {
        return new Slot(credential.key().account(), credential.upstreamUrl().toString());
    }

    private static void without(
            @Nullable List<HeldCredential> before, CredentialKey key, List<HeldCredential> after) {
        if (before != null) {
            before.stream()
                    .filter(held -> !held.credential().key().equals(key))
                    .forEach(after::add);
        }
    }
}
