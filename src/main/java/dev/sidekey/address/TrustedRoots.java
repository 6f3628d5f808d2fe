package dev.sidekey.address;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
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
    private final List<X509Certificate> added;
    private @Nullable TrustManagerFactory factory;

    private TrustedRoots(List<X509Certificate> added) {
        this.added = added;
    }

    /**
     * Reads what is added. The runtime's own roots wait for the first use, since reading them is a
     * tenth of the start of a Sidekey whose servers are all behind plain HTTP.
     *
     * @param caFile PEM certificates to add; null for none
     * @throws IOException when the file cannot be read or holds no certificate
     */
    public static TrustedRoots load(@Nullable Path caFile) throws IOException {
        if (caFile == null) {
            return new TrustedRoots(List.of());
        }
        try (var pem = Files.newInputStream(caFile)) {
            return new TrustedRoots(
                    CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                            .map(X509Certificate.class::cast)
                            .toList());
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "ca-file " + caFile + " holds no usable certificate: " + e.getMessage(), e);
        }
    }

    private static TrustManagerFactory factory(List<X509Certificate> added) {
        try {
            var system = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            system.init((KeyStore) null);
            return added.isEmpty() ? system : with(system, added);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java runtime has roots", e);
        }
    }

    private static TrustManagerFactory with(TrustManagerFactory system, List<X509Certificate> added)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (var root : manager(system).getAcceptedIssuers()) {
            store.setCertificateEntry("system-" + number++, root);
        }
        for (var root : added) {
            store.setCertificateEntry("added-" + number++, root);
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

    /** For Netty. The first use takes some 50 ms. */
    public synchronized TrustManagerFactory factory() {
        var made = factory;
        if (made == null) {
            made = factory(added);
            factory = made;
        }
        return made;
    }

    /** For blocking clients. */
    public X509TrustManager manager() {
        return manager(factory());
    }

    /** For blocking clients. */
    public SSLSocketFactory sockets() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new X509TrustManager[] {manager()}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has TLS", e);
        }
    }
}
