package dev.sidekey.certificate;

import dev.sidekey.address.HostList;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CA of a state directory, for the hosts that are intercepted here. It is made at first need,
 * once, however many processes need it first. Nothing is read or written before a method is called;
 * all block. Safe on every thread.
 */
public final class CertificateAuthority {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateAuthority.class);

    private final AuthorityFile file;
    private final PermittedHosts hosts;
    private final InstantSource clock;
    private volatile @Nullable Held held;

    /**
     * CAs as they were when their file had this stamp.
     *
     * @param rotated what was rotated away meanwhile, oldest first, of which this process still has
     *     the keys
     */
    private record Held(
            Authorities authorities, List<Authority> rotated, @Nullable FileTime stamp) {
        Held(Authorities authorities, @Nullable FileTime stamp) {
            this(authorities, List.of(), stamp);
        }

        /** A rotation for a leak takes the certificate out, and then the key is no longer used. */
        Held then(Authorities next, @Nullable FileTime when) {
            var kept =
                    Stream.concat(rotated.stream(), authorities.signing().stream())
                            .filter(one -> next.retired().contains(one.certificate()))
                            .toList();
            return new Held(next, kept, when);
        }

        /** What agents believe that were started before the rotation, and those started since. */
        @Nullable Authority signerFor(CertifiedHost host, Instant now) {
            var before = new Authorities(rotated, List.of()).signerFor(host, now);
            return before == null ? authorities.signerFor(host, now) : before;
        }
    }

    /**
     * Prepares a CA.
     *
     * @param stateDir where it lies: sealed in {@code ca.key}, for clients in {@code ca.pem}
     * @param key seals it ({@code store.key}); null for the state directory's own
     * @param hosts all that may be intercepted: names, addresses, {@code *.} patterns. The CA is
     *     limited to these; a form that is none of these, such as {@code *}, makes it one for any
     *     host. While the list is empty nothing is made
     */
    public CertificateAuthority(
            Path stateDir, @Nullable Secret key, Collection<String> hosts, InstantSource clock) {
        this.file = new AuthorityFile(stateDir, key);
        this.hosts = PermittedHosts.of(hosts);
        this.clock = clock;
    }

    /**
     * The CA for what a configuration intercepts: the upstreams with TLS, and egress.intercept.
     *
     * @param config whose state directory, key and hosts
     */
    public static CertificateAuthority of(SidekeyConfig config, InstantSource clock) {
        return new CertificateAuthority(
                config.stateDir(), config.store().key(), intercepted(config), clock);
    }

    private static List<String> intercepted(SidekeyConfig config) {
        var hosts = new ArrayList<String>();
        // a certificate knows no ports
        config.egress().intercept().forEach(entry -> hosts.add(HostList.host(entry)));
        config.upstreams().values().stream()
                .map(UpstreamConfig::url)
                .filter(url -> "https".equalsIgnoreCase(url.getScheme()))
                .map(URI::getHost)
                .forEach(hosts::add);
        return hosts;
    }

    /**
     * What clients must trust, newest first; made first where hosts are not covered yet, or where a
     * CA ends within a month.
     *
     * @throws AuthorityException when the CA can neither be read nor made
     */
    public List<X509Certificate> ensure() {
        return current().authorities().certificates();
    }

    /**
     * Takes the keys that are there into memory, so that a rotation does not take them away from
     * agents that have been told to believe them. Makes nothing; what is wrong is told at first
     * need.
     */
    public void remember() {
        try {
            held = new Held(file.read(), file.stamp());
        } catch (AuthorityException e) {
            LOG.debug("the CA is not in memory yet", e);
        }
    }

    /**
     * What there is, newest first; makes nothing.
     *
     * @throws AuthorityException when the CA cannot be read
     */
    public List<X509Certificate> certificates() {
        return file.read().certificates();
    }

    /**
     * The same for an operator, retired ones last.
     *
     * @throws AuthorityException when the CA cannot be read
     */
    public List<AuthorityView> views() {
        var all = file.read();
        var views = new ArrayList<AuthorityView>();
        all.signing().forEach(one -> views.add(AuthorityView.of(one.certificate(), true)));
        all.retired().forEach(one -> views.add(AuthorityView.of(one, false)));
        return views;
    }

    /** Where the certificates lie for whoever must trust them. */
    public Path file() {
        return file.certificates();
    }

    /**
     * Makes a new CA in place of all that are there, and destroys their keys. A Sidekey that runs
     * on the same directory has them in memory, and goes on with them until it ends, since its
     * agents were told to believe those; when a key became known it goes over within the hour.
     *
     * @param distrustOld whether the old certificates leave {@code ca.pem} at once, because a key
     *     became known; else they stay until they end, for connections that they vouch for
     * @throws AuthorityException when the CA cannot be read or written
     */
    public List<X509Certificate> rotate(boolean distrustOld) {
        var now = clock.instant();
        var rotated =
                file.change(old -> {
                    var kept = distrustOld ? Authorities.NONE : old;
                    return kept.replacedBy(Authority.make(hosts, now), now);
                });
        return hold(rotated).authorities().certificates();
    }

    /**
     * Certificates for hosts.
     *
     * @param executor where they are made: virtual threads
     */
    public LeafCertificates leaves(Executor executor) {
        return new LeafCache(this, executor, clock);
    }

    /** Makes the certificate of one host. Blocks. */
    Leaf issue(CertifiedHost host) {
        var now = clock.instant();
        var signer = current().signerFor(host, now);
        if (signer == null) {
            throw new AuthorityException(
                    "the CA may not speak for %s, but for: %s"
                            .formatted(host.text(), hosts.shown()),
                    null);
        }
        return signer.issue(host, now);
    }

    private Held current() {
        var known = held;
        var stamp = file.stamp();
        if (known == null || !Objects.equals(stamp, known.stamp())) {
            known = next(known, file.read(), stamp);
            held = known;
        }
        // a directory that cannot be written is good enough while there is nothing to write
        var isDone =
                known.authorities().uncovered(hosts, clock.instant()) == null
                        && (file.isShown() || known.authorities().certificates().isEmpty());
        return isDone ? known : hold(file.change(this::covering));
    }

    private static Held next(
            @Nullable Held known, Authorities authorities, @Nullable FileTime stamp) {
        return known == null ? new Held(authorities, stamp) : known.then(authorities, stamp);
    }

    private Authorities covering(Authorities old) {
        var now = clock.instant();
        var uncovered = old.uncovered(hosts, now);
        if (uncovered == null) {
            return old;
        }
        LOG.atInfo()
                .addKeyValue("file", file.certificates())
                .addKeyValue("hosts", uncovered.shown())
                .log("made a CA; agents whose traffic is intercepted have to trust it");
        return old.and(Authority.make(uncovered, now), now);
    }

    private Held hold(Authorities authorities) {
        var next = next(held, authorities, file.stamp());
        held = next;
        return next;
    }
}
