package dev.sidekey.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/** Certificates and keys as text (RFC 7468). */
final class Pem {
    private Pem() {}

    /** Certificates, one after the other. */
    static String of(List<X509Certificate> certificates) {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            for (var certificate : certificates) {
                pem.writeObject(certificate);
            }
        } catch (IOException e) {
            throw new IllegalStateException("a certificate has an encoding", e);
        }
        return text.toString();
    }

    /**
     * The certificates of a file, in PEM or not.
     *
     * @throws IOException when it cannot be read
     */
    static String ofFile(Path file) throws IOException {
        try (var encoded = Files.newInputStream(file)) {
            var all = CertificateFactory.getInstance("X.509").generateCertificates(encoded);
            return of(all.stream().map(X509Certificate.class::cast).toList());
        } catch (CertificateException e) {
            throw new IOException(file + " holds no usable certificate: " + e.getMessage(), e);
        }
    }

    /** CAs: each key before its certificate; a certificate without a key is a retired one. */
    static String of(Authorities authorities) {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            for (var authority : authorities.signing()) {
                pem.writeObject(new PemObject("PRIVATE KEY", authority.key().getEncoded()));
                pem.writeObject(authority.certificate());
            }
        } catch (IOException e) {
            throw new IllegalStateException("a key has an encoding", e);
        }
        return text + of(authorities.retired());
    }

    /**
     * Reads what {@link #of(Authorities)} wrote.
     *
     * @throws IOException when it is something else
     */
    static Authorities authorities(String text) throws IOException {
        var signing = new ArrayList<Authority>();
        var retired = new ArrayList<X509Certificate>();
        @Nullable PrivateKey key = null;
        try (var pem = new PEMParser(new StringReader(text))) {
            for (var part = pem.readObject(); part != null; part = pem.readObject()) {
                if (part instanceof PrivateKeyInfo info) {
                    key = new JcaPEMKeyConverter().getPrivateKey(info);
                } else if (part instanceof X509CertificateHolder holder) {
                    var certificate = new JcaX509CertificateConverter().getCertificate(holder);
                    if (key == null) {
                        retired.add(certificate);
                    } else {
                        signing.add(new Authority(key, certificate));
                        key = null;
                    }
                }
            }
        } catch (CertificateException e) {
            throw new IOException("a certificate is broken", e);
        }
        return new Authorities(signing, retired);
    }
}
