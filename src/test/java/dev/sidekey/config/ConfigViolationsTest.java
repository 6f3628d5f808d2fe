package dev.sidekey.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong is said at once, with its place and a remedy, and without any secret. */
class ConfigViolationsTest {
    private static final String CANARY = "cAnArY7";

    @TempDir Path dir;

    private List<Violation> violations(String yaml) throws IOException {
        var file = Files.writeString(dir.resolve("sidekey.yaml"), yaml);
        var environment = Map.of("SECRET", CANARY, "EMPTY", "");
        var failure =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> ConfigLoader.load(List.of(), environment, file));
        return failure == null ? List.of() : failure.violations();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    lisen: 127.0.0.1:1                           | lisen                    | Did you mean 'listen'?
                    limits: {replay_body: 1MiB}                  | limits.replay_body       | Did you mean 'replay-body'?
                    zzzzzzzzzzzzzzz: 1                           | zzzzzzzzzzzzzzz          | Known here:
                    egress: {private-ranges: allow}              | egress.private-ranges    | Known here: allow, deny, intercept, private
                    listen: 7070                                 | listen                   | Write HOST:PORT
                    listen: 127.0.0.1:65536                      | listen                   | Write HOST:PORT
                    listen: "::1:7070"                           | listen                   | Write HOST:PORT
                    listen: [a, b]                               | listen                   | Write one value
                    listen: 0.0.0.0:7070                         | listen                   | agents: open
                    listen: "[::]:7070"                          | listen                   | agents: open
                    agents: nobody                               | agents                   | one of local, open
                    agents: {}                                   | agents                   | Name an agent
                    agents: {team-a: {}}                         | agents.team-a.token      | token-file
                    agents: {Team: {token: a}}                   | agents.Team              | Use a-z
                    agents: {a: {token: x}, b: {token: x}}       | agents.b.token           | each agent its own
                    agents: {a: {token-file: /no/such/file}}     | agents.a.token-file      | Name a file
                    agents: {a: {token: y, tokn: x}}             | agents.a.tokn            | Did you mean 'token'?
                    proxy-auth: secret                           | proxy-auth               | user:password
                    admin-listen: 127.0.0.1:7070                 | admin-listen             | different ports
                    login-wait: 50                               | login-wait               | Write a duration
                    login-wait: -1s                              | login-wait               | Write a duration
                    login-ttl: 0s                                | login-ttl                | above zero
                    limits: {oauth-timeout: 0ms}                 | limits.oauth-timeout     | above zero
                    limits: {header: 10}                         | limits.header            | 1KiB
                    limits: {header: 4GiB}                       | limits.header            | less than 2GiB
                    limits: {replay-body: 1MB}                   | limits.replay-body       | such as 64KiB
                    limits: {replay-body: 999999999999GiB}       | limits.replay-body       | less than that
                    limits: 3                                    | limits                   | keys below it
                    browser: sometimes                           | browser                  | one of auto, none
                    public-url: 127.0.0.1                        | public-url               | whole URL
                    public-url: ftp://x/                         | public-url               | http
                    store: {type: redsi}                         | store.type               | file, memory or redis
                    store: {type: redis, url: 'redis://h:1'}     | store.key                | openssl rand
                    store: {type: redis, key: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=} | store.url | redis://HOST
                    store: {type: redis, url: 'http://h', key: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=} | store.url | redis-cluster
                    store: {type: redis, url: 'redis://h', key: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=, timeout: 0s} | store.timeout | above zero
                    store: {url: 'redis://h:1'}                  | store.url                | store.type
                    store: {key: c2hvcnQ=}                       | store.key                | 32 bytes in base64
                    store: {key: a, key-file: /b}                | store.key                | Keep either
                    store: {key-file: /no/such/file}             | store.key-file           | Name a file
                    insecure-http: [ok:1, bad]                   | insecure-http[1]         | Write HOST:PORT
                    insecure-http: {a: b}                        | insecure-http            | [one, another]
                    ca-file: ${NOWHERE}                          | ca-file                  | Set NOWHERE
                    upstreams: [https://a/]                      | upstreams                | keys below it
                    upstreams: {a: {account: b}}                 | upstreams.a.url          | Set it
                    upstreams: {a: mcp.example.com}              | upstreams.a.url          | whole URL
                    upstreams: {a: 'http://far.example/mcp'}     | upstreams.a.url          | list far.example:80
                    upstreams: {a: 'ftp://a/'}                   | upstreams.a.url          | without user
                    upstreams: {a: 'https://a/#b'}               | upstreams.a.url          | without user
                    upstreams: {a: 'https://u@a/'}               | upstreams.a.url          | without user
                    upstreams: {A: 'https://a/'}                 | upstreams.A              | Use a-z
                    upstreams: {a.b: 'https://a/'}               | upstreams.a.b            | Use a-z
                    upstreams: {-a: 'https://a/'}                | upstreams.-a             | Use a-z
                    upstreams: {a: {url: 'https://a/', resource: some}}                | upstreams.a.resource | auto, none or a URI
                    upstreams: {a: {url: 'https://a/', assume-pkce: yes}}              | upstreams.a.assume-pkce | true or false
                    upstreams: {a: {url: 'https://a/', client: {secret: x}}}           | upstreams.a.client.secret | client.id
                    upstreams: {a: {url: 'https://a/', client: {metadata-url: 'http://b/c'}}} | upstreams.a.client.metadata-url | https
                    upstreams: {a: {url: 'https://a/', step-up: {max-attempts: 0}}}    | upstreams.a.step-up.max-attempts | 1 or more
                    """)
    void eachKindOfMistakeIsNamedWithItsKeyAndARemedy(String yaml, String key, String remedy)
            throws IOException {
        assertThat(violations("\n" + yaml))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.key()).isEqualTo(key);
                    assertThat(one.remedy()).contains(remedy);
                    assertThat(one.source()).endsWith("sidekey.yaml:2");
                });
    }

    @Test
    void oneMistakeHidesNoOther() throws IOException {
        var yaml =
                """
                public-url: nope
                listn: a:1
                login-wait: soon
                upstreams:
                  a: http://far.example/mcp
                  b: {scopes: [x]}
                  C: https://c.example/
                """;
        assertThat(violations(yaml))
                .extracting(one -> one.key() + " " + one.source().replaceAll(".*:", ""))
                .containsExactlyInAnyOrder(
                        "public-url 1",
                        "listn 2",
                        "login-wait 3",
                        "upstreams.a.url 5",
                        "upstreams.b.url 6",
                        "upstreams.C 7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "store: {key: cAnArY7}",
                "store: {key: ' ', key-file: cAnArY7}",
                "store: {key-file: cAnArY7}",
                "admin-token: {a: cAnArY7}",
                "admin-token: *cAnArY7",
                "admin-token: cAnArY7: b",
                "admin-token: 'cAnArY7",
                "admin-token: !cAnArY7!x y",
                "admin-token: \"\\q cAnArY7\"",
                "upstreams: cAnArY7",
                "upstreams: {a: *cAnArY7}",
                "upstreams: {a: 'https://u:cAnArY7@a/'}",
                "upstreams: {a: 'https://u:cAnArY7@a b/'}",
                "upstreams: {a: 'http://far.example/?key=cAnArY7'}",
                "upstreams: {a: 'http://far.example/${SECRET}'}",
                "upstreams: {a: 'far.example/${SECRET}'}",
                "upstreams: {a: {url: 'https://a/', client: cAnArY7}}",
                "upstreams: {a: {url: 'https://a/', client: {secret: cAnArY7}}}",
                "upstreams: {a: {url: 'https://a/', client: {id: b, secret-file: cAnArY7}}}",
                "listen: ${SECRET}",
                "insecure-http: ['${SECRET}']"
            })
    void noSecretIsEverInAViolation(String yaml) throws IOException {
        assertThat(violations(yaml)).isNotEmpty().asString().doesNotContain(CANARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n", "listen:\npublic-url:\nstate-dir: ~\n"})
    void whatIsEmptyIsNotSaid(String yaml) throws IOException {
        assertThat(violations(yaml)).isEmpty();
    }

    @Test
    void anEmptyVariableIsNoSecret() throws IOException {
        assertThat(violations("admin-token: ${EMPTY}"))
                .extracting(Violation::problem)
                .containsExactly("is empty");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        var failure =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> ConfigLoader.load(List.of(), Map.of(), dir.resolve("none.yaml")));
        assertThat(failure).hasMessageContaining("none.yaml").hasMessageContaining("--config");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- a\n",
                "just text\n",
                "listen: a:1\nlisten: b:2\n",
                "a: [\n",
                "---\n{}\n---\n{}\n"
            })
    void whatIsNoConfigurationIsSaidWithItsFile(String yaml) throws IOException {
        assertThat(violations(yaml))
                .singleElement()
                .satisfies(one -> assertThat(one.source()).endsWith("sidekey.yaml"));
    }
}
