package dev.sidekey.certificate;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;

/**
 * What an operator sees of a CA; holds no secret.
 *
 * @param subject its name, by which a list of roots shows it
 * @param hosts whom it may speak for
 * @param fingerprint SHA-256 of the certificate, as openssl and browsers print it
 * @param notAfter when it ends
 * @param signs whether its key is still there
 */
public record AuthorityView(
        String subject, String hosts, String fingerprint, Instant notAfter, boolean signs) {

    static AuthorityView of(X509Certificate certificate, boolean signs) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new AuthorityView(
                    certificate.getSubjectX500Principal().getName(),
                    PermittedHosts.of(certificate).shown(),
                    HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest),
                    certificate.getNotAfter().toInstant(),
                    signs);
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate has an encoding and a digest", e);
        }
    }
}
