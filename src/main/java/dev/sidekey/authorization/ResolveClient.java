package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.ClientKnown;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.ScopesChosen;
import dev.sidekey.credential.Registration;
import dev.sidekey.credential.RegistrationKey;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.ClientProof;
import dev.sidekey.grant.DeviceCode;
import dev.sidekey.grant.Grant;
import dev.sidekey.oauth.ClientAuthentication;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Scopes;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides as which client to ask (C1): the operator's own for this issuer, else the client id
 * metadata document, else a registration that covers the chosen scopes, else a person has to help.
 */
final class ResolveClient {
    private static final Logger LOG = LoggerFactory.getLogger(ResolveClient.class);

    private final Vault vault;
    private final RegisterClient registerClient;
    private final Logins logins;
    private final Clock clock;

    ResolveClient(Vault vault, RegisterClient registerClient, Logins logins, Clock clock) {
        this.vault = vault;
        this.registerClient = registerClient;
        this.logins = logins;
        this.clock = clock;
    }

    AuthorizationState resolve(ScopesChosen state) {
        var config = state.demand().upstream().client();
        var id = config.id();
        if (id != null) {
            return preregistered(state, id);
        }
        var need = state.grant().clientNeed();
        var document = config.metadataUrl();
        if (document != null && state.server().clientIdMetadataDocumentSupported()) {
            return known(
                    state,
                    new ClientIdentity.MetadataDocument(state.server().issuer(), document),
                    Scopes.none());
        }
        if (need == Grant.ClientNeed.CONFIGURED) {
            return new Failed(
                    Denials.noConfiguredClient(state.server().issuer(), state.grant().name()));
        }
        if (need == Grant.ClientNeed.OPTIONAL) {
            return known(
                    state, new ClientIdentity.Anonymous(state.server().issuer()), Scopes.none());
        }
        var key = keyOf(state);
        var stored = vault.registration(key);
        if (stored != null && serves(stored.value(), state)) {
            return registered(state, stored.value());
        }
        if (state.server().registrationEndpoint() == null) {
            return new Failed(Denials.noClient(state.server().issuer(), logins.redirectUri()));
        }
        return switch (registerClient.register(state, key, stored)) {
            case RegisterClient.Done done -> registered(state, done.registration());
            case RegisterClient.Not not -> new Failed(not.denied());
        };
    }

    /**
     * B3, B5: a client is never shown to another issuer than its own; the first found is pinned.
     */
    private AuthorizationState preregistered(ScopesChosen state, String id) {
        var upstream = state.demand().upstream();
        var issuer = state.server().issuer();
        var owner = upstream.client().issuer();
        if (owner == null) {
            owner =
                    vault.pinIssuer(
                            state.demand().slot().account(), upstream.url().toString(), id, issuer);
            if (owner.equals(issuer)) {
                LOG.atWarn()
                        .addKeyValue("upstream", upstream.name())
                        .addKeyValue("issuer", issuer)
                        .log(
                                "client.issuer is not set: the configured client is pinned to the issuer found first");
            }
        }
        if (!owner.equals(issuer) && !upstream.acceptIssuers().contains(owner)) {
            return new Failed(Denials.clientOfAnotherIssuer(owner, issuer));
        }
        var method =
                ClientProof.method(
                        upstream,
                        state.grant(),
                        state.server().tokenEndpointAuthMethodsSupported());
        var client =
                new ClientIdentity.Preregistered(issuer, id, upstream.client().secret(), method);
        var known = known(state, client, Scopes.none());
        return ClientAuthentication.isTls(method) ? known.withMtls() : known;
    }

    private RegistrationKey keyOf(ScopesChosen state) {
        return new RegistrationKey(
                state.demand().slot().account(),
                state.server().issuer(),
                state.resource().identifier(),
                state.grant() instanceof DeviceCode
                        ? DeviceCode.GRANT_TYPE
                        : logins.redirectUri().toString());
    }

    /** Whether a stored registration still lives and covers what is to be asked for (C9, E18). */
    private boolean serves(Registration registration, ScopesChosen state) {
        var ends = registration.client().secretExpiresAt();
        var alive = ends == null || clock.instant().isBefore(ends);
        return alive && registration.serves(state.scopes().requested());
    }

    private static ClientKnown registered(ScopesChosen state, Registration registration) {
        var sets = state.scopes();
        var chosen =
                new ScopesChosen(
                        state.demand(),
                        state.resource(),
                        state.server(),
                        state.grant(),
                        sets.withRequested(registration.atLogin(sets.requested())));
        return known(chosen, registration.client(), registration.registeredScopes());
    }

    private static ClientKnown known(ScopesChosen state, ClientIdentity client, Scopes registered) {
        return new ClientKnown(
                state.demand(),
                state.resource(),
                state.server(),
                state.grant(),
                state.scopes().withRegistered(registered),
                client);
    }
}
