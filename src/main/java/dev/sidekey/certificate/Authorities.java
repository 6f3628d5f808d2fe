package dev.sidekey.certificate;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The CAs of one state directory. More than one where hosts were added after the first was made: it
 * may not speak for them, and agents that trust it already must not lose it.
 *
 * @param signing newest first
 * @param retired rotated away, without their keys; what they signed is still believed until it ends
 */
record Authorities(List<Authority> signing, List<X509Certificate> retired) {
    static final Authorities NONE = new Authorities(List.of(), List.of());

    Authorities {
        signing = List.copyOf(signing);
        retired = List.copyOf(retired);
    }

    /** The CA that signs for a host; null when none may. */
    @Nullable Authority signerFor(CertifiedHost host, Instant now) {
        return signing.stream()
                .filter(authority -> isAlive(authority.certificate(), now))
                .filter(authority -> authority.permitted().covers(host))
                .findFirst()
                .orElse(null);
    }

    /** What of some hosts no CA covers that will last for a while; null when all are covered. */
    @Nullable PermittedHosts uncovered(PermittedHosts hosts, Instant now) {
        var fresh =
                signing.stream()
                        .filter(authority -> authority.isFresh(now))
                        .map(Authority::permitted)
                        .toList();
        return hosts.without(fresh);
    }

    /** These and a newer one. */
    Authorities and(Authority newest, Instant now) {
        var all = new ArrayList<>(List.of(newest));
        signing.stream()
                .filter(authority -> isAlive(authority.certificate(), now))
                .forEach(all::add);
        return new Authorities(all, alive(retired.stream(), now));
    }

    /** One in place of all; their keys are gone for good. */
    Authorities replacedBy(Authority newest, Instant now) {
        return new Authorities(List.of(newest), alive(certificates().stream(), now));
    }

    private static List<X509Certificate> alive(Stream<X509Certificate> all, Instant now) {
        return all.filter(certificate -> isAlive(certificate, now)).toList();
    }

    private static boolean isAlive(X509Certificate certificate, Instant now) {
        return now.isBefore(certificate.getNotAfter().toInstant());
    }

    /** What clients must trust, newest first. */
    List<X509Certificate> certificates() {
        return Stream.concat(signing.stream().map(Authority::certificate), retired.stream())
                .toList();
    }
}
