package dev.sidekey.credential;

import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.DpopKey;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.UserCode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Records with every member set, each secret with a canary inside. */
final class Samples {
    static final String CANARY = "CaNaRy";
    static final String ISSUER = "https://as.example";
    static final Instant NOW = Instant.parse("2026-11-24T10:00:00.123456789Z");
    static final CredentialKey KEY =
            new CredentialKey("local/default", ISSUER, "https://mcp.example/mcp", "client-1");
    static final ScopeSets SCOPES =
            new ScopeSets(
                    Scopes.of("write"),
                    Scopes.of("read", "write"),
                    Scopes.of("read", "write", "admin"),
                    Scopes.of("read"));

    static final DpopKey DPOP_KEY = DpopKey.create();

    private Samples() {}

    static Secret secret(String name) {
        return Secret.of(CANARY + "-" + name + "-\u00e9\"\\");
    }

    static ClientIdentity.Registered registered(String clientId) {
        return new ClientIdentity.Registered(
                ISSUER,
                clientId,
                secret("client-secret"),
                "client_secret_post",
                NOW.plusSeconds(86_400),
                List.of("http://127.0.0.1:7071/oauth/callback"),
                URI.create("https://as.example/register/client-1"),
                secret("registration-access-token"));
    }

    static Credential credential(CredentialKey key) {
        return new Credential(
                key,
                URI.create("https://mcp.example/mcp"),
                registered(key.clientId()),
                secret("access-token"),
                "Bearer",
                NOW,
                NOW.plusSeconds(3600),
                secret("refresh-token"),
                SCOPES,
                URI.create("https://as.example/token"),
                URI.create("https://as.example/revoke"),
                "https://mcp.example/mcp",
                "authorization_code",
                DPOP_KEY);
    }

    /** A credential of which only that is known which always is. */
    static Credential bare(ClientIdentity client) {
        return new Credential(
                new CredentialKey("a", ISSUER, "r", client.clientId()),
                URI.create("http://127.0.0.1:1/"),
                client,
                secret("access-token"),
                "bearer",
                NOW,
                null,
                null,
                ScopeSets.NONE,
                URI.create("https://as.example/token"),
                null,
                null,
                "client_credentials",
                null);
    }

    static Registration registration(String clientId, String resource, boolean proven) {
        return new Registration(
                new RegistrationKey(
                        "local/default", ISSUER, resource, "http://127.0.0.1:7071/oauth/callback"),
                registered(clientId),
                Scopes.of("read", "write"),
                Scopes.of("read", "write", "admin"),
                Scopes.of("admin"),
                true,
                NOW,
                proven);
    }

    static PendingLogin login(String name, Instant expiresAt) {
        return new PendingLogin(
                secret("state-" + name),
                secret("nonce-" + name),
                secret("verifier-" + name),
                ISSUER,
                "http://127.0.0.1:7071/oauth/callback",
                "upstream-" + name,
                "local/default",
                "https://mcp.example/mcp",
                URI.create("https://mcp.example/mcp"),
                URI.create("https://as.example/authorize?state=" + CANARY + "-url"),
                SCOPES,
                registered("client-1"),
                URI.create("https://as.example/token"),
                URI.create("https://as.example/revoke"),
                true,
                "https://mcp.example/mcp",
                NOW,
                expiresAt,
                DPOP_KEY,
                new DeviceLogin(
                        secret("device-" + name),
                        new UserCode("WDJB-MJHT"),
                        Duration.ofSeconds(5)));
    }

    /** Hears of credentials alone. */
    static StoreFollower follower(Consumer<CredentialKey> changed) {
        return new StoreFollower() {
            @Override
            public void changed(CredentialKey key) {
                changed.accept(key);
            }

            @Override
            public void stirred() {
                // something else
            }

            @Override
            public void missed() {
                // not asked here
            }
        };
    }
}
