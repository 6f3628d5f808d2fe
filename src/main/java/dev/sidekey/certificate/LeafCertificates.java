package dev.sidekey.certificate;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for intercepted hosts. Hosts are names or IP literals in any spelling: case, final
 * dot, brackets and U-labels make no difference. Safe on every thread.
 */
public interface LeafCertificates {

    /** The certificate of a host if it lies in memory and is good for days yet. Never blocks. */
    @Nullable Leaf held(String host);

    /**
     * The certificate of a host, made on a virtual thread where none is held; who asks meanwhile
     * gets the same one. Completes on any thread.
     *
     * @return fails with {@link AuthorityException}, or with it as the cause, when the host is none
     *     that a certificate can name (RFC 6125, 6.4.3: no wildcard either), or when the CA cannot
     *     be read, made or used
     */
    CompletableFuture<Leaf> leaf(String host);
}
