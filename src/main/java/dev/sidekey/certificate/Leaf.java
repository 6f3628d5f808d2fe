package dev.sidekey.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a TLS server shows for one host.
 *
 * @param key of the first certificate; lives in this process only
 * @param chain the host's certificate and whatever stands between it and the CA: now nothing, and
 *     never the CA itself, which every client has or does not believe
 */
public record Leaf(PrivateKey key, List<X509Certificate> chain) {
    /** Copies the chain. */
    public Leaf {
        chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
        return "Leaf[" + chain.getFirst().getSerialNumber() + "]";
    }
}
