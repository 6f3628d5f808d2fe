package dev.sidekey.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * One CA key with its certificate (EC P-256, RFC 5280). What it signs satisfies the strictest
 * client that we know, OpenSSL's X509_STRICT as Python 3.13 sets it. Immutable.
 *
 * @param key signs leaves; leaves this process only sealed
 * @param certificate what clients must trust
 */
record Authority(PrivateKey key, X509Certificate certificate) {
    /** Clocks of agents in containers and virtual machines are wrong by hours, not by days. */
    private static final Duration SKEW = Duration.ofDays(1);

    private static final int AUTHORITY_YEARS = 5;
    private static final Duration LEAF_LIFE = Duration.ofDays(7);

    /** From then on a successor is made. */
    private static final Duration LAST_DAYS = Duration.ofDays(30);

    private static final int SERIAL_BITS = 127;

    /** Makes a CA that may speak for these hosts. */
    static Authority make(PermittedHosts permitted, Instant now) {
        var pair = keyPair();
        var serial = serial();
        // the number tells two CAs apart in a list of roots
        var number = "%08x".formatted(serial.intValue());
        var name = new X500Name("O=Sidekey,CN=Sidekey local CA " + number);
        var end = now.atZone(ZoneOffset.UTC).plusYears(AUTHORITY_YEARS).toInstant();
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            name,
                            serial,
                            Date.from(now.minus(SKEW)),
                            Date.from(end),
                            name,
                            pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    identifiers.createSubjectKeyIdentifier(pair.getPublic()));
            var constraints = permitted.constraints();
            if (constraints != null) {
                builder.addExtension(Extension.nameConstraints, true, constraints);
            }
            return new Authority(pair.getPrivate(), sign(builder, pair.getPrivate()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java runtime signs with P-256", e);
        }
    }

    /** Makes a certificate for a host that this CA permits, with a key of its own. */
    Leaf issue(CertifiedHost host, Instant now) {
        var pair = keyPair();
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            certificate,
                            serial(),
                            Date.from(later(now.minus(SKEW), certificate.getNotBefore())),
                            Date.from(earlier(now.plus(LEAF_LIFE), certificate.getNotAfter())),
                            // no host name: where there is one, old clients match it, not the SAN
                            new X500Principal("CN=intercepted by Sidekey"),
                            pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(host.alternativeName()));
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(certificate.getPublicKey()));
            return new Leaf(pair.getPrivate(), List.of(sign(builder, key)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java runtime signs with P-256", e);
        }
    }

    private static Instant later(Instant one, Date other) {
        return one.isAfter(other.toInstant()) ? one : other.toInstant();
    }

    private static Instant earlier(Instant one, Date other) {
        return one.isBefore(other.toInstant()) ? one : other.toInstant();
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has P-256", e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1);
    }

    /** Whether it may still begin to speak for hosts. */
    boolean isFresh(Instant now) {
        return now.plus(LAST_DAYS).isBefore(certificate.getNotAfter().toInstant());
    }

    PermittedHosts permitted() {
        return PermittedHosts.of(certificate);
    }

    @Override
    public String toString() {
        return "Authority[" + certificate.getSubjectX500Principal() + "]";
    }
}
