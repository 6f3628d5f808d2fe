package dev.sidekey.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.SystemResolver;
import dev.sidekey.address.TrustedRoots;
import dev.sidekey.config.EgressConfig;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.grant.TokenSources.Got;
import dev.sidekey.grant.TokenSources.Sourced;
import dev.sidekey.grant.TokenSources.Unusable;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that others give: by file, command and metadata service. */
class TokenSourcesTest {
    @TempDir Path dir;

    private TokenSources sources(Duration limit) throws IOException {
        var roots = TrustedRoots.load(null);
        var resolver = new SystemResolver(Map.of());
        var http =
                new OAuthHttp(
                        resolver,
                        new OAuthHttp.Limits(Duration.ofSeconds(5), 65_536, () -> false),
                        roots,
                        OuterProxy.none());
        var egress =
                new EgressConfig(
                        EgressConfig.Unmatched.DENY,
                        EgressConfig.PrivateRanges.DENY,
                        List.of(),
                        List.of(),
                        List.of());
        return new TokenSources(
                new CommandSource(limit),
                new MetadataService(http, new EndpointRules(egress, List.of(), resolver)),
                Clock.systemUTC());
    }

    private Sourced command(String... words) throws IOException {
        return sources(Duration.ofSeconds(10))
                .read(
                        "assertion",
                        new TokenSourceConfig(
                                null, List.of(words), null, Map.of(), null, null, null));
    }

    private Sourced url(URI url, String member) throws IOException {
        return sources(Duration.ofSeconds(1))
                .read(
                        "assertion",
                        new TokenSourceConfig(
                                null,
                                List.of(),
                                url,
                                Map.of("Metadata-Flavor", "Google"),
                                Secret.of("b3arer"),
                                member,
                                null));
    }

    private static void assertUnusable(Sourced sourced, String setting, String words) {
        assertThat(sourced).isInstanceOf(Unusable.class);
        var problem = ((Unusable) sourced).problem();
        assertThat(problem.setting()).isEqualTo(setting);
        assertThat(problem.problem()).contains(words);
        assertThat(problem.remedy()).isNotEmpty();
    }

    @Test
    void aFileIsReadAnewEachTime() throws Exception {
        var file = Files.writeString(dir.resolve("token"), "one\n");
        var source = new TokenSourceConfig(file, List.of(), null, Map.of(), null, null, null);
        var sources = sources(Duration.ofSeconds(1));
        assertThat(sources.read("assertion", source)).isEqualTo(new Got(Secret.of("one")));
        Files.writeString(file, "two");
        assertThat(sources.read("assertion", source)).isEqualTo(new Got(Secret.of("two")));
        Files.writeString(file, "");
        assertUnusable(sources.read("assertion", source), "assertion.file", "is empty");
        Files.delete(file);
        assertUnusable(sources.read("assertion", source), "assertion.file", "cannot be read");
    }

    @Test
    void aCommandIsRunWithoutAShell() throws Exception {
        assertThat(command("printf", "%s", "a;echo b $HOME"))
                .isEqualTo(new Got(Secret.of("a;echo b $HOME")));
    }

    @Test
    void aCommandThatFailsIsNamedWithoutWhatItPrinted() throws Exception {
        var failed = command("sh", "-c", "echo canary; echo canary >&2; exit 3");
        assertUnusable(failed, "assertion.command", "sh ended with status 3");
        assertThat(failed.toString()).doesNotContain("canary");
        assertUnusable(command("true"), "assertion.command", "printed no token");
        assertUnusable(command("/no/such"), "assertion.command", "/no/such cannot be run");
    }

    @Test
    void aCommandThatDoesNotEndIsStopped() throws Exception {
        var slow =
                sources(Duration.ofMillis(100))
                        .read(
                                "assertion",
                                new TokenSourceConfig(
                                        null,
                                        List.of("sleep", "600"),
                                        null,
                                        Map.of(),
                                        null,
                                        null,
                                        null));
        assertUnusable(slow, "assertion.command", "has not ended within 100 ms");
    }

    @Test
    void aMetadataServiceIsAskedAsTheOperatorSays() throws Exception {
        try (var service =
                FakeHttp.start(asked ->
                        switch (asked.path()) {
                            case "/text" -> Answer.text(200, "plain-token\n");
                            case "/json" -> Answer.json(200, Map.of("value", "json-token"));
                            case "/odd" -> Answer.json(200, Map.of("jwt", "odd-token"));
                            default -> Answer.text(403, "no");
                        })) {
            var base = URI.create(service.url());
            assertThat(url(base.resolve("/text"), null))
                    .isEqualTo(new Got(Secret.of("plain-token")));
            assertThat(url(base.resolve("/json"), null))
                    .isEqualTo(new Got(Secret.of("json-token")));
            assertThat(url(base.resolve("/odd"), "jwt")).isEqualTo(new Got(Secret.of("odd-token")));
            assertUnusable(url(base.resolve("/odd"), null), "assertion.url", "without a token");
            assertUnusable(url(base.resolve("/none"), null), "assertion.url", "HTTP 403");
            var asked = service.asked().getFirst();
            assertThat(asked.header("metadata-flavor")).isEqualTo("Google");
            assertThat(asked.header("authorization")).isEqualTo("Bearer b3arer");
        }
    }

    @Test
    void aMetadataServiceMustNotSendUsElsewhere() throws Exception {
        try (var service =
                FakeHttp.start(asked ->
                        Answer.text(302, "").with("Location", "http://169.254.169.254/token"))) {
            assertUnusable(
                    url(URI.create(service.url() + "/"), null), "assertion.url", "gave none");
        }
    }
}
