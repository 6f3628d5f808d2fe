package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.jwk.ECKey;
import dev.sidekey.config.StoreConfig;
import dev.sidekey.credential.Vault;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * No token, code, verifier or client secret is in a log line at any level, in what the agent, the
 * browser or the operator sees, metrics and the audit among it, or readable in the store (T10,
 * E17).
 */
class SecretsCanaryTest {
    @TempDir Path state;

    private final List<String> shown = new ArrayList<>();
    private final Set<String> keys = new LinkedHashSet<>();

    @Test
    void noSecretIsShownAnywhere() throws Exception {
        watch(false);
    }

    /**
     * With the key that tokens are bound to, which is seen in the store alone, and there sealed.
     */
    @Test
    void noPrivateKeyIsShownAnywhere() throws Exception {
        watch(true);
    }

    private void watch(boolean bound) throws Exception {
        var appender = new ListAppender<ILoggingEvent>();
        var root = (Logger) LoggerFactory.getLogger("dev.sidekey");
        root.setLevel(Level.TRACE);
        appender.start();
        root.addAppender(appender);
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization)) {
            authorization.switches.authMethod = "client_secret_post";
            mcp.switches.needed = Scopes.of("read");
            mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
            authorization.switches.dpopAlgorithms = List.of("ES256");
            mcp.switches.dpop = bound;
            mcp.switches.dpopInMetadata = bound;
            var config = new TestConfig(state);
            config.auditFile = state.resolve("audit.jsonl");
            config.clientId = "static-canary";
            config.clientSecret = Secret.of("operators-secret-canary");
            config.clientIssuer = authorization.issuer();
            live(authorization, config.upstream("default", mcp.url()));
            appender.list.forEach(event -> shown.add(line(event)));
            var secrets = secrets(authorization.http());
            secrets.addAll(keys);
            assertThat(keys).hasSize(bound ? 2 : 0);
            assertThat(secrets).hasSizeGreaterThan(6).contains("operators-secret-canary");
            for (var secret : secrets) {
                assertThat(shown).noneMatch(text -> text.contains(secret));
                assertThat(stored()).noneMatch(text -> text.contains(secret));
            }
        } finally {
            root.detachAppender(appender);
            root.setLevel(null);
        }
    }

    /** Login, step-up, refresh, a failed refresh, an error, a logout. */
    private void live(FakeAuthorizationServer authorization, TestConfig config) throws Exception {
        try (var sidekey = new RunningSidekey(config.build())) {
            var first = sidekey.call("/mcp", "echo");
            sidekey.logIn().forEach(hop -> shown.add(hop.statusCode() == 302 ? "" : hop.body()));
            shown.add(first.get().body().replaceAll("\"echo\":.*", ""));
            noteKeys();
            var second = sidekey.call("/mcp", "write");
            sidekey.logIn();
            shown.add(second.get().headers().toString());
            noteKeys();
            authorization.expireAccessTokens();
            shown.add(sidekey.call("/mcp", "echo").get().headers().toString());
            authorization.expireAccessTokens();
            authorization.switches.tokenAnswer = FakeHttp.Answer.text(500, "down");
            shown.add(sidekey.call("/mcp", "echo").get().body());
            authorization.switches.tokenAnswer = null;
            shown.add(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body());
            shown.add(sidekey.get(sidekey.adminUrl("/api/v1/logins")).body());
            shown.add(sidekey.admin("/api/v1/upstreams/default/logout").body());
            shown.add(sidekey.get(sidekey.adminUrl("/metrics")).body());
        }
        var audit = Files.readAllLines(state.resolve("audit.jsonl"));
        assertThat(audit).hasSizeGreaterThan(3);
        shown.addAll(audit);
    }

    private void noteKeys() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var vault =
                        Vault.open(
                                StoreConfig.of("file", null),
                                state,
                                InstantSource.system(),
                                threads)) {
            for (var stored : vault.credentials()) {
                var key = stored.value().dpopKey();
                if (key != null) {
                    keys.add(ECKey.parse(key.secret().reveal()).getD().toString());
                }
            }
        }
    }

    private static String line(ILoggingEvent event) {
        return event.getFormattedMessage()
                + event.getKeyValuePairs()
                + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage());
    }

    /** All that was secret on the wire to the authorization server. */
    private static Set<String> secrets(FakeHttp server) {
        var secrets = new LinkedHashSet<String>();
        for (var asked : server.asked()) {
            var form = asked.form();
            for (var name :
                    List.of("code", "code_verifier", "refresh_token", "client_secret", "token")) {
                if (form.containsKey(name)) {
                    secrets.add(form.get(name));
                }
            }
        }
        return secrets;
    }

    private List<String> stored() throws IOException {
        var texts = new ArrayList<String>();
        try (var files = Files.walk(state)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return texts;
    }
}
