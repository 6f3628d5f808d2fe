package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Key pairs with self-signed certificates in a directory, made by the JDK's keytool. */
final class KeyPairs {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path work;

    KeyPairs(Path work) {
        this.work = work;
    }

    /** A self-signed pair: NAME.pem and NAME.key.pem, with an EC key. */
    void create(String name, String subject, String extension) throws Exception {
        var store = work.resolve(name + ".p12");
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                subject,
                "-ext",
                extension,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                name,
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-file",
                work.resolve(name + ".pem").toString());
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(store.toFile())) {
            keys.load(in, PASSWORD);
        }
        var bytes = keys.getKey(name, PASSWORD).getEncoded();
        var body = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                work.resolve(name + ".key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    }

    /** Puts a certificate into trusted.p12. */
    void trust(String name) throws Exception {
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                name,
                "-storetype",
                "PKCS12",
                "-file",
                work.resolve(name + ".pem").toString(),
                "-keystore",
                work.resolve("trusted.p12").toString(),
                "-storepass",
                "changeit");
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
