package dev.sidekey.address;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed: the runtime's own roots, and those of {@code ca-file}. One set
 * for upstreams and for OAuth requests. Nothing ever weakens it.
 */
public final class TrustedRoots {
    private final TrustManagerFactory factory;
    private final X509TrustManager manager;

    private TrustedRoots(TrustManagerFactory factory) {
        this.factory = factory;
        this.manager = manager(factory);
    }

    /**
     * Loads the roots.
     *
     * @param caFile PEM certificates to add; null for none
     * @throws IOException when the file cannot be read or holds no certificate
     */
    public static TrustedRoots load(@Nullable Path caFile) throws IOException {
        try {
            var system = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            system.init((KeyStore) null);
            return new TrustedRoots(caFile == null ? system : with(system, caFile));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "ca-file " + caFile + " holds no usable certificate: " + e.getMessage(), e);
        }
    }

    private static TrustManagerFactory with(TrustManagerFactory system, Path caFile)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (var root : manager(system).getAcceptedIssuers()) {
            store.setCertificateEntry("system-" + number++, root);
        }
        try (var pem = Files.newInputStream(caFile)) {
            for (var added : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("added-" + number++, (X509Certificate) added);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static X509TrustManager manager(TrustManagerFactory factory) {
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** For Netty. */
    public TrustManagerFactory factory() {
        return factory;
    }

    /** For blocking clients. */
    public X509TrustManager manager() {
        return manager;
    }

    /** For blocking clients. */
    public SSLSocketFactory sockets() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new X509TrustManager[] {manager}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has TLS", e);
        }
    }
}
