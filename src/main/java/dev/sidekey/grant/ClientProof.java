package dev.sidekey.grant;

import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.grant.ClientKeys.Unusable;
import dev.sidekey.oauth.ClientAuthentication;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.ClientTls;
import dev.sidekey.oauth.InputProblem;
import dev.sidekey.oauth.ServerClocks;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows a token endpoint who asks, by the one method that was chosen for the client (E1): secret,
 * signed assertion, the platform's JWT, or certificate. Blocks; virtual threads only.
 */
public final class ClientProof {
    /** Where an upstream's own client stands. */
    private static final String CLIENT = "client";

    private final TokenSources sources;
    private final ServerClocks clocks;

    /**
     * Makes it.
     *
     * @param sources read the platform's JWT
     * @param clocks tell by which time an assertion will be judged
     */
    public ClientProof(TokenSources sources, ServerClocks clocks) {
        this.sources = sources;
        this.clocks = clocks;
    }

    /**
     * Whose client it is.
     *
     * @param upstream whose {@code assertion} may stand for a key
     * @param at the client's key below the upstream, for messages
     * @param config what is known of it
     */
    public record Owner(UpstreamConfig upstream, String at, ClientConfig config) {

        /** The client that the upstream's authorization server knows. */
        public static Owner of(UpstreamConfig upstream) {
            var at = OpenIdSignOn.isOf(upstream) ? "identity-provider." + CLIENT : CLIENT;
            return new Owner(upstream, at, upstream.client());
        }
    }

    /** What came of it. */
    sealed interface Outcome {}

    /**
     * It is in headers and form now, or is shown in TLS.
     *
     * @param tls null where no certificate is to be shown
     */
    record Shown(@Nullable ClientTls tls) implements Outcome {}

    /** It cannot be shown, so that nothing may be sent. */
    record Unshown(InputProblem problem) implements Outcome {}

    /** Adds what the client shows. */
    Outcome show(
            Owner owner,
            ClientIdentity client,
            URI endpoint,
            Map<String, String> headers,
            Map<String, String> form) {
        try {
            var method = client.authMethod();
            if (ClientAuthentication.isTls(method)) {
                form.put("client_id", client.clientId());
                return new Shown(
                        new ClientTls(
                                ClientKeys.key(owner.at, owner.config).privateKey(),
                                ClientKeys.certificates(owner.at, owner.config)));
            }
            if (method.equals(ClientAuthentication.PRIVATE_KEY_JWT)) {
                return assertion(owner, client, endpoint, form);
            }
            ClientAuthentication.apply(client, headers, form);
            return new Shown(null);
        } catch (Unusable e) {
            return new Unshown(e.problem());
        }
    }

    private Outcome assertion(
            Owner owner, ClientIdentity client, URI endpoint, Map<String, String> form)
            throws Unusable {
        if (owner.config.key() != null || !owner.upstream.inputs().assertion().isGiven()) {
            var now = clocks.now(endpoint);
            var signed = ClientAssertion.sign(owner.at, owner.config, client, endpoint, now);
            ClientAuthentication.assertion(client, signed, form);
            return new Shown(null);
        }
        return switch (sources.assertion(owner.upstream)) {
            case TokenSources.Got got -> {
                ClientAuthentication.assertion(client, got.token(), form);
                yield new Shown(null);
            }
            case TokenSources.Unusable unusable -> new Unshown(unusable.problem());
        };
    }

    /**
     * The method of a client that the operator registered: what is configured, else what is given
     * and the server lists (E3).
     *
     * @param grant the chosen one: an assertion that is the grant is not the client's
     * @param supported what the server lists; null when it lists nothing
     */
    public static String method(
            UpstreamConfig upstream, Grant grant, @Nullable List<String> supported) {
        var client = upstream.client();
        if (client.authMethod() == null && client.secret() == null) {
            if (client.key() != null) {
                return method(client, supported);
            }
            if (upstream.inputs().assertion().isGiven() && !(grant instanceof JwtBearer)) {
                return ClientAuthentication.PRIVATE_KEY_JWT;
            }
        }
        return ClientAuthentication.choose(client.authMethod(), supported, client.secret() != null);
    }

    /** A key signs, unless there is a certificate and the server takes nothing but that. */
    private static String method(ClientConfig client, @Nullable List<String> supported) {
        var signs = ClientAuthentication.PRIVATE_KEY_JWT;
        if (client.certificateFile() == null || supported == null || supported.contains(signs)) {
            return signs;
        }
        return supported.stream().filter(ClientAuthentication::isTls).findFirst().orElse(signs);
    }

    /** Says what is missing or unusable in a client's settings. Reads its files. */
    static void check(Owner owner, Complaints complaints) {
        var client = owner.config;
        var method = client.authMethod();
        if (method != null && !ClientAuthentication.methods().contains(method)) {
            complaints.add(
                    owner.at + ".auth-method",
                    method,
                    "is not a known method",
                    "Write one of " + String.join(", ", ClientAuthentication.methods()) + ".");
            return;
        }
        try {
            var signs = ClientAuthentication.PRIVATE_KEY_JWT.equals(method);
            var shows = method != null && ClientAuthentication.isTls(method);
            if (client.key() != null || shows) {
                var key = ClientKeys.key(owner.at, client);
                if (!shows) {
                    ClientAssertion.header(owner.at, client, key);
                }
            } else if (signs && !owner.upstream.inputs().assertion().isGiven()) {
                throw new Unusable(
                        owner.at + ".key-file",
                        "is missing for auth-method " + method,
                        "Name the client's private key, or set assertion.");
            }
            if (client.certificateFile() != null || shows) {
                ClientKeys.certificates(owner.at, client);
            }
        } catch (Unusable e) {
            var problem = e.problem();
            complaints.add(problem.setting(), (String) null, problem.problem(), problem.remedy());
        }
    }
}
