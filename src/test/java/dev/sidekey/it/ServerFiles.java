package dev.sidekey.it;

import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.certificate.TrustBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * A TLS server's certificate and key as files, of a CA that is not Sidekey's.
 *
 * @param roots whom to trust
 * @param certificate the chain
 * @param key in PKCS#8
 */
record ServerFiles(Path roots, Path certificate, Path key) {
    /** Makes them for a host. */
    static ServerFiles make(Path directory, String host)
            throws IOException, InterruptedException, ExecutionException {
        var authority =
                new CertificateAuthority(
                        directory.resolve("server-ca"),
                        null,
                        List.of(host),
                        InstantSource.system());
        var leaf = authority.leaves(Runnable::run).leaf(host).get();
        var key = Base64.getMimeEncoder().encodeToString(leaf.key().getEncoded());
        return new ServerFiles(
                Files.writeString(
                        directory.resolve("roots.pem"), TrustBundle.pem(authority.ensure())),
                Files.writeString(directory.resolve("server.pem"), TrustBundle.pem(leaf.chain())),
                Files.writeString(
                        directory.resolve("server.key"),
                        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                                .formatted(key)));
    }
}
