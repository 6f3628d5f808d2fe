package dev.sidekey.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.ConfigLoader;
import dev.sidekey.config.Violation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a grant misses is said at start, with its key and a remedy. */
class GrantChecksTest {
    private static final Path KEYS = Path.of("src", "test", "resources", "keys");

    @TempDir Path dir;

    private List<Violation> violations(String upstream) throws Exception {
        var file =
                Files.writeString(
                        dir.resolve("sidekey.yaml"),
                        "upstreams: {a: {url: 'https://a/', " + upstream + "}}");
        try {
            ConfigLoader.load(List.of(), Map.of(), file, Grants::check);
            return List.of();
        } catch (ConfigException e) {
            return e.violations();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    grant: magic                                          | grant       | client_credentials, device_code, id_jag, jwt_bearer, token_exchange, static or none
                    grant: client_credentials                             | client.id   | Register a client
                    'grant: client_credentials, client: {id: a}'          | client      | client.key-file
                    grant: jwt_bearer                                     | assertion   | assertion.file
                    grant: token_exchange                                 | subject-token | subject-token.file
                    'subject-token: {file: /a, type: magic}'              | subject-token.type | id_token
                    'grant: token_exchange, subject-token: {file: /a}, actor-token: {file: /b, type: x}' | actor-token.type | id_token
                    grant: id_jag                                         | identity-provider | identity-provider.issuer
                    'client: {id: a}, identity-provider: {token-endpoint: "https://i/t", client: {id: b}}' | identity-provider.issuer | subject-token.file
                    'client: {id: a}, identity-provider: {issuer: "https://i"}, subject-token: {file: /a}' | identity-provider.client.id | Register
                    'identity-provider: {issuer: "https://i", client: {id: b}}, subject-token: {file: /a}' | client.id | Register
                    'client: {id: a}, identity-provider: {issuer: "no url", client: {id: b}}, subject-token: {file: /a}' | identity-provider.issuer | https://idp
                    'assertion: {file: /a, command: [b]}'                 | assertion   | Keep one
                    grant: static                                         | header      | token-file
                    'header: {name: X-Key}'                               | header      | header.value-file
                    'header: {name: X-Key, value: a}, token: b'           | header      | Keep one
                    'header: {name: Host, value: a}'                      | header.name | X-Api-Key
                    'header: {name: "a b", value: a}'                     | header.name | X-Api-Key
                    'header: {name: X-Key, value: "a\\nb"}'               | header.value | nothing else
                    'grant: jwt_bearer, assertion: {file: /a}, token: b'  | token       | grant: static
                    """)
    void whatIsMissingIsNamed(String upstream, String key, String remedy) throws Exception {
        var bare = upstream.replaceAll("^'|'$", "");
        assertThat(violations(bare))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.key()).isEqualTo("upstreams.a." + key);
                    assertThat(violation.remedy()).contains(remedy);
                });
    }

    /** Bad files are said at start, all that can be known by then. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    key-file: DIR/none.pem                              | client.key-file         | none.pem          | may read
                    key-file: DIR                                       | client.key-file         | DIR               | may read
                    key-file: KEYS/encrypted.pem                        | client.key-file         | encrypted.pem     | PEM
                    key-file: KEYS/ec256.public.pem                     | client.key-file         | ec256.public.pem  | PEM
                    key-file: KEYS/rsa.pkcs8.pem, signing-alg: ES256    | client.signing-alg      | rsa.pkcs8.pem     | RS256
                    key-file: KEYS/ec256.sec1.pem, signing-alg: RS256   | client.signing-alg      | ec256.sec1.pem    | ES256
                    key-file: KEYS/ec256.sec1.pem, certificate-file: DIR/none.pem | client.certificate-file | none.pem | certificate
                    secret-file: DIR/none                               | client.secret-file      | none              | may read
                    """)
    void aFileThatCannotServeIsNamedAtStart(String client, String key, String named, String remedy)
            throws Exception {
        var paths = client.replace("DIR", dir.toString()).replace("KEYS", KEYS.toString());
        assertThat(violations("grant: client_credentials, client: {id: a, " + paths + "}"))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.key()).isEqualTo("upstreams.a." + key);
                    assertThat(violation.toString()).contains(named.replace("DIR", dir.toString()));
                    assertThat(violation.remedy()).contains(remedy);
                });
    }

    @Test
    void whatIsCompleteIsTaken() throws Exception {
        assertThat(violations("grant: client_credentials, client: {id: a, secret: b}")).isEmpty();
        assertThat(violations("grant: jwt_bearer, assertion: {command: [a, b]}")).isEmpty();
        assertThat(violations("subject-token: {url: 'http://a/', type: jwt}")).isEmpty();
        assertThat(
                        violations(
                                "client: {id: a}, subject-token: {file: /a}, identity-provider:"
                                        + " {token-endpoint: 'https://i/t', client: {id: b}}"))
                .isEmpty();
        assertThat(
                        violations(
                                "client: {id: a}, identity-provider: {issuer: 'https://i', client:"
                                        + " {id: b}}"))
                .isEmpty();
        assertThat(violations("token: abc")).isEmpty();
        assertThat(violations("grant: none")).isEmpty();
        assertThat(violations("grant: authorization_code")).isEmpty();
    }
}
