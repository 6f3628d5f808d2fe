package dev.sidekey.grant;

import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.SecretSource;
import dev.sidekey.oauth.InputProblem;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * A client's key and certificate, read anew each time they are needed, since files are rotated.
 * Blocks; virtual threads only, and the main thread at start.
 */
final class ClientKeys {
    private ClientKeys() {}

    /** A setting that cannot be used. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;
        private final transient InputProblem problem;

        Unusable(String setting, String problem, String remedy) {
            super(problem);
            this.problem = new InputProblem(setting, problem, remedy);
        }

        InputProblem problem() {
            return problem;
        }
    }

    /**
     * The key.
     *
     * @param at the client's key below the upstream, such as {@code client}
     */
    static ClientKey key(String at, ClientConfig client) throws Unusable {
        var source = client.key();
        if (source == null) {
            throw new Unusable(at + ".key-file", "is missing", "Name the client's private key.");
        }
        var file = source.file();
        try {
            return ClientKey.parse(text(source));
        } catch (IOException e) {
            throw new Unusable(
                    at + ".key-file",
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Name a file that holds the key and that this user may read.");
        } catch (GeneralSecurityException e) {
            throw new Unusable(
                    at + (file == null ? ".key" : ".key-file"),
                    (file == null ? "" : file + " ") + e.getMessage(),
                    "Give it in PEM (PKCS#8, PKCS#1 or EC) or as JWK, without a passphrase.");
        }
    }

    private static Secret text(SecretSource source) throws IOException {
        var file = source.file();
        return file == null ? source.value() : Secret.of(Files.readString(file));
    }

    /** The certificate and what it was issued by, the client's own first. */
    static List<X509Certificate> certificates(String at, ClientConfig client) throws Unusable {
        var file = client.certificateFile();
        if (file == null) {
            throw new Unusable(
                    at + ".certificate-file", "is missing", "Name the key's certificate in PEM.");
        }
        try (var in = Files.newInputStream(file)) {
            var chain = read(in);
            if (!chain.isEmpty()) {
                return chain;
            }
        } catch (IOException | CertificateException e) {
            throw new Unusable(
                    at + ".certificate-file",
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Name a file with the key's certificate in PEM.");
        }
        throw new Unusable(
                at + ".certificate-file", file + " holds no certificate", "Give it in PEM.");
    }

    private static List<X509Certificate> read(InputStream in) throws CertificateException {
        return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    /** The key's name in a message: its file, or the setting. */
    static String nameOf(ClientConfig client) {
        var file = client.key() == null ? null : client.key().file();
        return Objects.requireNonNullElse(file, Path.of("client.key")).toString();
    }
}
