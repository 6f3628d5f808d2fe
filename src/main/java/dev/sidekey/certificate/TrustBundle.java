package dev.sidekey.certificate;

import dev.sidekey.address.TrustedRoots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent must believe: the roots that it would believe anyway, the operator's {@code
 * ca-file}, and our CAs. PEM takes the system's roots, or those that the environment names in their
 * place; key stores, which only JVMs read, take the Java runtime's. So no agent believes less than
 * before, and what it believes more is ours or the operator's. Immutable.
 */
public final class TrustBundle {
    /** A trust store's password guards nothing; it is the one that every JVM's own has. */
    public static final String PASSWORD = "changeit";

    private final List<X509Certificate> authorities;
    private final List<X509Certificate> runtimeRoots;
    private final String caFile;
    private final PlatformRoots platform;

    private TrustBundle(
            List<X509Certificate> authorities,
            List<X509Certificate> runtimeRoots,
            String caFile,
            PlatformRoots platform) {
        this.authorities = List.copyOf(authorities);
        this.runtimeRoots = runtimeRoots;
        this.caFile = caFile;
        this.platform = platform;
    }

    /**
     * A bundle.
     *
     * @param authorities our CAs
     * @param caFile the operator's further roots
     * @param environment names further files of roots, as {@code SSL_CERT_FILE} does
     * @throws IOException when {@code caFile} cannot be read
     */
    public static TrustBundle of(
            List<X509Certificate> authorities,
            @Nullable Path caFile,
            Map<String, String> environment)
            throws IOException {
        var runtime = TrustedRoots.load(caFile).manager().getAcceptedIssuers();
        return new TrustBundle(
                authorities,
                Arrays.asList(runtime),
                caFile == null ? "" : Pem.ofFile(caFile),
                new PlatformRoots(environment));
    }

    /** CAs alone, for whoever adds them to roots by other means. */
    public static String pem(List<X509Certificate> authorities) {
        return Pem.of(authorities);
    }

    /** For programs that know no other roots: all of them. */
    public String pem() {
        var roots = platform.all();
        return (roots == null ? Pem.of(runtimeRoots) : roots) + additions();
    }

    /** For programs that add these to roots of their own, such as Node. */
    public String additions() {
        return platform.added() + caFile + Pem.of(authorities);
    }

    /** For JVMs, as PKCS#12 ({@link #PASSWORD}). */
    public byte[] pkcs12() {
        return keyStore("PKCS12");
    }

    /** For old JVMs, as JKS ({@link #PASSWORD}). */
    public byte[] jks() {
        return keyStore("JKS");
    }

    private byte[] keyStore(String type) {
        try {
            var store = KeyStore.getInstance(type);
            store.load(null, null);
            int number = 0;
            for (var authority : authorities) {
                store.setCertificateEntry("sidekey-" + number++, authority);
            }
            for (var root : runtimeRoots) {
                store.setCertificateEntry("root-" + number++, root);
            }
            var bytes = new ByteArrayOutputStream();
            store.store(bytes, PASSWORD.toCharArray());
            return bytes.toByteArray();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java runtime writes " + type, e);
        }
    }
}
