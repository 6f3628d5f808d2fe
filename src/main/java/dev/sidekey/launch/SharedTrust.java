package dev.sidekey.launch;

import dev.sidekey.certificate.AuthorityException;
import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.certificate.TrustBundle;
import dev.sidekey.config.SidekeyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;

/**
 * What agents in containers of their own must trust, in a directory that they share with Sidekey
 * and nothing else ({@code trust-dir}): whatever user they are may read it.
 */
public final class SharedTrust {
    private SharedTrust() {}

    /**
     * Writes the files, and makes the CA first where there is none; without effect where no
     * directory is configured. Blocks.
     *
     * @throws IOException when the CA cannot be made or the directory not written
     */
    public static void write(SidekeyConfig config) throws IOException {
        var directory = config.trustDir();
        if (directory == null) {
            return;
        }
        try {
            var authority = CertificateAuthority.of(config, Clock.systemUTC());
            var bundle = TrustBundle.of(authority.ensure(), config.caFile(), Map.of());
            // ours to make only where it is not a volume's own
            Files.createDirectories(directory);
            var files = TrustFiles.write(directory, bundle);
            for (var file : new Path[] {files.roots(), files.additions(), files.keyStore()}) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        } catch (AuthorityException | IOException e) {
            throw new IOException(
                    "trust-dir %s cannot be filled: %s. Make it writable for Sidekey's user, or leave trust-dir out"
                            .formatted(directory, e.getMessage()),
                    e);
        }
    }
}
