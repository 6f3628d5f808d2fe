package dev.sidekey.launch;

import dev.sidekey.certificate.TrustBundle;
import dev.sidekey.seal.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A trust bundle as files.
 *
 * @param roots all roots, in PEM
 * @param additions only what a program's own roots lack, in PEM
 * @param keyStore all roots for JVMs, in PKCS#12
 */
public record TrustFiles(Path roots, Path additions, Path keyStore) {

    /** Writes the files. */
    public static TrustFiles write(Path directory, TrustBundle bundle) throws IOException {
        PrivateFiles.directory(directory);
        var files =
                new TrustFiles(
                        directory.resolve("roots.pem"),
                        directory.resolve("additions.pem"),
                        directory.resolve("roots.p12"));
        var writer = new PrivateFiles();
        writer.replace(files.roots, bundle.pem().getBytes(StandardCharsets.ISO_8859_1));
        writer.replace(files.additions, bundle.additions().getBytes(StandardCharsets.ISO_8859_1));
        writer.replace(files.keyStore, bundle.pkcs12());
        return files;
    }
}
