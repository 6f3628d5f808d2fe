package dev.sidekey.grant;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sidekey.config.ConfigLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every configuration in docs/recipes is one that Sidekey takes. */
class RecipesTest {
    private static final Path KEYS = Path.of("src", "test", "resources", "keys");
    private static final Pattern CONFIGURATION =
            Pattern.compile("```yaml\\n(# sidekey\\.yaml\\n.*?)```", Pattern.DOTALL);
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "ACTIONS_ID_TOKEN_REQUEST_URL", "https://actions.example/token?api-version=2",
                    "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "canary",
                    "AZURE_CLIENT_ID", "client",
                    "AZURE_TENANT_ID", "tenant",
                    "AZURE_FEDERATED_TOKEN_FILE", "/var/run/secrets/azure/token",
                    "API_KEY", "key",
                    "TOKEN", "token");

    @TempDir Path secrets;

    static Stream<Named<String>> configurations() throws IOException {
        try (var pages = Files.list(Path.of("docs", "recipes"))) {
            return pages.sorted().toList().stream().flatMap(RecipesTest::configurations);
        }
    }

    private static Stream<Named<String>> configurations(Path page) {
        try {
            return CONFIGURATION
                    .matcher(Files.readString(page))
                    .results()
                    .map(block -> Named.of(page.getFileName().toString(), block.group(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void itIsTaken(String configuration) throws Exception {
        Files.copy(KEYS.resolve("rsa.pkcs8.pem"), secrets.resolve("key.pem"));
        Files.copy(KEYS.resolve("ec256.certificate.pem"), secrets.resolve("certificate.pem"));
        for (var match :
                Pattern.compile("/run/secrets/([a-z-]+)[\\s},]")
                        .matcher(configuration)
                        .results()
                        .toList()) {
            Files.writeString(secrets.resolve(match.group(1)), "a secret");
        }
        var file =
                Files.writeString(
                        secrets.resolve("sidekey.yaml"),
                        configuration.replaceAll("(?<!/var)/run/secrets", secrets.toString()));
        assertThatCode(() -> ConfigLoader.load(List.of(), ENVIRONMENT, file, Grants::check))
                .doesNotThrowAnyException();
    }
}
