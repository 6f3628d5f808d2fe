package dev.sidekey.authorization;

import dev.sidekey.TestConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.ScopeSets;
import dev.sidekey.credential.Versioned;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/** Credentials that are held, one an agent, all for the same upstream. */
public final class SampleCredentials {
    private static final String ISSUER = "https://as.example.com";
    private static final URI UPSTREAM = URI.create("https://mcp.example.com/mcp");

    private SampleCredentials() {}

    /** One that shows a token of 1 KiB. */
    public static BearerCredential bearer() {
        var held = new HeldCredentials(_ -> false, InstantSource.system());
        return put(held, 0, "t".repeat(1024));
    }

    /** Holds one for each of so many agents, with a token of that length. */
    static HeldCredentials of(int agents, int tokenLength) {
        var held = new HeldCredentials(_ -> false, InstantSource.system());
        for (int agent = 0; agent < agents; agent++) {
            put(held, agent, agent + "t".repeat(tokenLength));
        }
        return held;
    }

    /** A call of an agent's. */
    static Call call(int agent) {
        var upstreams =
                new TestConfig(Path.of("target"))
                        .upstream("default", UPSTREAM.toString())
                        .build()
                        .upstreams();
        var upstream = Objects.requireNonNull(upstreams.get("default"));
        return new Call(upstream, new Principal("agent-" + agent), "POST", UPSTREAM.toString());
    }

    private static HeldCredential put(HeldCredentials held, int agent, String token) {
        var now = Instant.now();
        var client = new ClientIdentity.Preregistered(ISSUER, "client-" + agent, null, "none");
        var credential =
                new Credential(
                        new CredentialKey(
                                "agent-" + agent + "/default",
                                ISSUER,
                                UPSTREAM.toString(),
                                client.clientId()),
                        UPSTREAM,
                        client,
                        Secret.of(token),
                        "Bearer",
                        now,
                        now.plus(Duration.ofDays(1)),
                        null,
                        ScopeSets.NONE.withGranted(Scopes.of("files:read", "files:write")),
                        URI.create(ISSUER + "/token"),
                        null,
                        null,
                        "authorization_code",
                        null);
        return held.put(new Versioned<>(credential, 1), HeldCredential.Origin.REQUESTED);
    }
}
