package dev.sidekey.certificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The roots that a program other than a JVM would believe by itself. A variable such as {@code
 * SSL_CERT_FILE} replaces them all, so that whoever sets it has to give them back.
 */
final class PlatformRoots {
    /** In the order of Go's crypto/x509 (root_linux.go, root_bsd.go, root_darwin.go). */
    private static final List<Path> FILES =
            List.of(
                    Path.of("/etc/ssl/certs/ca-certificates.crt"), // Debian, Alpine, Arch
                    Path.of("/etc/pki/tls/certs/ca-bundle.crt"), // Fedora, RHEL
                    Path.of("/etc/ssl/ca-bundle.pem"), // SUSE
                    Path.of("/etc/ssl/cert.pem")); // macOS, BSD, Alpine

    /** What an operator may have set for programs that add these to their own roots. */
    private static final List<String> ADDING = List.of("NODE_EXTRA_CA_CERTS", "DENO_CERT");

    /** What an operator may have set for programs that take these for all roots. */
    private static final List<String> REPLACING =
            List.of(
                    "REQUESTS_CA_BUNDLE",
                    "CURL_CA_BUNDLE",
                    "GIT_SSL_CAINFO",
                    "AWS_CA_BUNDLE",
                    "PIP_CERT");

    private final Map<String, String> environment;

    PlatformRoots(Map<String, String> environment) {
        this.environment = environment;
    }

    /** All roots in PEM; null where the platform has none of its own. */
    @Nullable String all() {
        var own = pem(environment.get("SSL_CERT_FILE"));
        for (var file : FILES) {
            own = own == null ? pem(file.toString()) : own;
        }
        var said = said(REPLACING);
        return own == null && said.isEmpty() ? null : (own == null ? "" : own) + said;
    }

    /** What the environment adds to them, in PEM; empty for nothing. */
    String added() {
        return said(ADDING);
    }

    private String said(List<String> names) {
        var texts = new LinkedHashSet<String>();
        for (var name : names) {
            var text = pem(environment.get(name));
            if (text != null) {
                texts.add(text);
            }
        }
        return String.join("", texts);
    }

    /** Null where there is no such file, or no PEM in it. */
    private static @Nullable String pem(@Nullable String file) {
        if (file == null || file.isBlank()) {
            return null;
        }
        try {
            var text = Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
            return text.contains("-----BEGIN ") ? text.stripTrailing() + "\n" : null;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }
}
