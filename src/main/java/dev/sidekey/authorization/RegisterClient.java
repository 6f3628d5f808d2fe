package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.authorization.AuthorizationState.ScopesChosen;
import dev.sidekey.config.RegistrationConfig.ScopeRule;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Registration;
import dev.sidekey.credential.RegistrationKey;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.Versioned;
import dev.sidekey.grant.DeviceCode;
import dev.sidekey.oauth.ClientAuthentication;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.ClientRegistration;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers a client with the very scopes that the authorization request will name (C9): the reason
 * this project exists. A registration that lacks some is updated (RFC 7592) or made anew; where the
 * server refuses scopes at registration, it is made without (C12).
 */
final class RegisterClient {
    private static final Logger LOG = LoggerFactory.getLogger(RegisterClient.class);
    private static final Set<String> SPEAKS_OF_SCOPE =
            Set.of("invalid_client_metadata", "invalid_scope", "insufficient_scope");

    private final RegistrationEndpoint endpoint;
    private final Vault vault;
    private final Clock clock;

    RegisterClient(RegistrationEndpoint endpoint, Vault vault, Clock clock) {
        this.endpoint = endpoint;
        this.vault = vault;
        this.clock = clock;
    }

    /** What came of it. */
    sealed interface Outcome {}

    /** A registration, stored. */
    record Done(Registration registration) implements Outcome {}

    /** None. */
    record Not(Denied denied) implements Outcome {}

    /** Registers, or widens what there is. */
    Outcome register(
            ScopesChosen state, RegistrationKey key, @Nullable Versioned<Registration> before) {
        if (before != null) {
            var wider = before.value().registeredScopes().union(state.scopes().requested());
            var updated = update(state, before.value(), request(state, key, wider));
            if (updated != null) {
                var client = identity(state, updated, before.value().client());
                var scopes = Objects.requireNonNullElse(updated.scope(), wider);
                return keep(
                        before,
                        new Registration(
                                key,
                                client,
                                scopes,
                                wider,
                                Scopes.none(),
                                false,
                                clock.instant(),
                                true));
            }
        }
        return registerAnew(state, key, before);
    }

    private ClientRegistration.@Nullable Registered update(
            ScopesChosen state, Registration before, ClientRegistration.Request request) {
        var client = before.client();
        var location = client.registrationClientUri();
        if (location == null || client.registrationAccessToken() == null) {
            return null;
        }
        var reply = endpoint.update(state.demand().upstream(), location, client, request);
        if (reply instanceof ClientRegistration.Registered registered) {
            return registered;
        }
        LOG.debug("the registration could not be updated; registering anew");
        return null;
    }

    private Outcome registerAnew(
            ScopesChosen state, RegistrationKey key, @Nullable Versioned<Registration> before) {
        var upstream = state.demand().upstream();
        var withScope = upstream.registration().scope() == ScopeRule.AUTO;
        var scopes = withScope ? state.scopes().requested() : Scopes.none();
        var asked = new Asked(scopes, !withScope);
        var reply = send(state, request(state, key, scopes));
        if (reply instanceof ClientRegistration.Refused refused
                && !scopes.isEmpty()
                && speaksOfScope(refused)) {
            LOG.atInfo()
                    .addKeyValue("upstream", upstream.name())
                    .addKeyValue("scopes", scopes)
                    .addKeyValue("error", refused.error())
                    .log("the registration was refused with scopes; trying without");
            asked = new Asked(Scopes.none(), true);
            var second = send(state, request(state, key, Scopes.none()));
            // the first refusal says more than the second one
            reply = second instanceof ClientRegistration.Refused ? reply : second;
        }
        return switch (reply) {
            case ClientRegistration.Registered registered ->
                    keep(before, registration(state, key, registered, asked));
            case ClientRegistration.Refused refused ->
                    new Not(Denials.registrationRefused(key.issuer(), refused.error()));
            case ClientRegistration.Failed failed -> new Not(Denials.unreachable(failed.failure()));
        };
    }

    /** Which scopes a registration named, and whether the server is to be sent none. */
    private record Asked(Scopes scopes, boolean withoutScope) {}

    /** C10: the response governs; no scope in it means as asked. */
    private Registration registration(
            ScopesChosen state,
            RegistrationKey key,
            ClientRegistration.Registered registered,
            Asked asked) {
        return new Registration(
                key,
                identity(state, registered, null),
                Objects.requireNonNullElse(registered.scope(), asked.scopes()),
                asked.scopes(),
                Scopes.none(),
                asked.withoutScope(),
                clock.instant(),
                false);
    }

    private ClientRegistration.Reply send(ScopesChosen state, ClientRegistration.Request request) {
        var location =
                Objects.requireNonNull(
                        state.server().registrationEndpoint(), "checked by ResolveClient");
        return endpoint.register(state.demand().upstream(), location, request);
    }

    private static boolean speaksOfScope(ClientRegistration.Refused refused) {
        OAuthError error = refused.error();
        return refused.status() == 403 || SPEAKS_OF_SCOPE.contains(error.error());
    }

    private static ClientRegistration.Request request(
            ScopesChosen state, RegistrationKey key, Scopes scope) {
        UpstreamConfig upstream = state.demand().upstream();
        var redirectUri = URI.create(key.redirectUri());
        var name = upstream.client().name();
        // nobody is sent back: no redirect, and a program of the person's own (RFC 8628)
        var device = state.grant() instanceof DeviceCode;
        return new ClientRegistration.Request(
                name == null ? "Sidekey" : name,
                device ? List.of() : List.of(key.redirectUri()),
                List.of(state.grant().grantType(), "refresh_token"),
                device ? List.of() : List.of("code"),
                ClientAuthentication.toRegister(state.server().tokenEndpointAuthMethodsSupported()),
                device || isLoopback(redirectUri) ? "native" : "web",
                scope,
                upstream.registration().extra());
    }

    private static boolean isLoopback(URI uri) {
        var host = Objects.requireNonNullElse(uri.getHost(), "");
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    /** What the response said, and what an update's response left out because it stays. */
    private static ClientIdentity.Registered identity(
            ScopesChosen state,
            ClientRegistration.Registered registered,
            ClientIdentity.@Nullable Registered before) {
        var same =
                before != null && before.clientId().equals(registered.clientId()) ? before : null;
        var secret = registered.clientSecret();
        if (secret == null && same != null) {
            secret = same.secret();
        }
        var uri = registered.registrationClientUri();
        var token = registered.registrationAccessToken();
        var supported = state.server().tokenEndpointAuthMethodsSupported();
        return new ClientIdentity.Registered(
                state.server().issuer(),
                registered.clientId(),
                secret,
                ClientAuthentication.ofRegistration(
                        registered.tokenEndpointAuthMethod(),
                        ClientAuthentication.toRegister(supported),
                        supported,
                        secret != null),
                registered.clientSecretExpiresAt(),
                registered.redirectUris(),
                uri == null && same != null ? same.registrationClientUri() : uri,
                token == null && same != null ? same.registrationAccessToken() : token);
    }

    /** Stores a registration before it is used. */
    private Outcome keep(@Nullable Versioned<Registration> before, Registration registration) {
        var expected = before == null ? 0 : before.version();
        if (vault.saveRegistration(registration, expected, null) != null) {
            return new Done(registration);
        }
        // another process was faster: its registration is as good, if it covers the scopes
        var winner = vault.registration(registration.key());
        return winner != null && winner.value().serves(registration.askedScopes())
                ? new Done(winner.value())
                : new Not(Denials.storeFailed("a registration was replaced meanwhile"));
    }
}
