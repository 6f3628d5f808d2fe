package dev.sidekey.fakes;

import dev.sidekey.certificate.Leaf;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate that is its own root, good for server and client.
 *
 * @param certificate PEM
 * @param key PEM, PKCS #8
 */
public record SelfSigned(Path certificate, Path key) {

    /** Makes one for 127.0.0.1 in a directory. */
    public static SelfSigned in(Path directory, String name)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        return in(directory, name, new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    }

    /** Makes one for a host, or for all of a wildcard. */
    public static SelfSigned in(Path directory, String name, GeneralName host)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        var pair = generator.generateKeyPair();
        var subject = new X500Principal("CN=" + name);
        var now = Instant.now();
        var builder =
                new JcaX509v3CertificateBuilder(
                        subject,
                        BigInteger.valueOf(now.toEpochMilli()),
                        Date.from(now.minus(Duration.ofHours(1))),
                        Date.from(now.plus(Duration.ofDays(1))),
                        subject,
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(host));
        var signed =
                builder.build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
        return new SelfSigned(
                write(directory.resolve(name + ".pem"), "CERTIFICATE", signed.getEncoded()),
                write(
                        directory.resolve(name + ".key.pem"),
                        "PRIVATE KEY",
                        pair.getPrivate().getEncoded()));
    }

    /** What a server shows. */
    public Leaf leaf() throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(certificate)) {
            var shown = CertificateFactory.getInstance("X.509").generateCertificate(in);
            var body = Files.readString(key).replaceAll("-----[A-Z ]+-----|\\s", "");
            var encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
            return new Leaf(
                    KeyFactory.getInstance("EC").generatePrivate(encoded),
                    List.of((X509Certificate) shown));
        }
    }

    private static Path write(Path file, String label, byte[] content) throws IOException {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, body));
    }
}
