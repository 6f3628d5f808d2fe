package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.ScopeSets;
import dev.sidekey.grant.Grant;
import dev.sidekey.oauth.AuthorizationServerMetadata;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Scopes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a flow stands. Each record carries what the next step needs and nothing that could still be
 * missing.
 */
sealed interface AuthorizationState {

    /** The upstream refused a request. */
    record Challenged(Demand demand) implements AuthorizationState {}

    /** It is known what the token is for and who may give it. */
    record ResourceKnown(Demand demand, Resource resource) implements AuthorizationState {}

    /** The authorization server's metadata is there and checked, and how it is to be asked. */
    record IssuerKnown(
            Demand demand, Resource resource, AuthorizationServerMetadata server, Grant grant)
            implements AuthorizationState {}

    /** It is known what to ask for; before any registration (C9). */
    record ScopesChosen(
            Demand demand,
            Resource resource,
            AuthorizationServerMetadata server,
            Grant grant,
            ScopeSets scopes)
            implements AuthorizationState {}

    /** It is known as which client to ask. */
    record ClientKnown(
            Demand demand,
            Resource resource,
            AuthorizationServerMetadata server,
            Grant grant,
            ScopeSets scopes,
            ClientIdentity client)
            implements AuthorizationState {

        /** The same for a client with a certificate. */
        ClientKnown withMtls() {
            return new ClientKnown(demand, resource, server.withMtls(), grant, scopes, client);
        }
    }

    /** The flow is over. */
    sealed interface Settled extends AuthorizationState {
        Authorization authorization();
    }

    /** A credential is stored and held. */
    record Authorized(HeldCredential credential) implements Settled {
        @Override
        public Authorization authorization() {
            return new Authorization.Granted(credential);
        }
    }

    /**
     * A person has to sign on at an identity provider first; then the flow goes on where it was.
     *
     * @param state where it was
     * @param provider in the form of an upstream
     * @param ended the session that is over, or whose ID token was refused; null when there is none
     */
    record SignOnNeeded(ClientKnown state, UpstreamConfig provider, @Nullable HeldCredential ended)
            implements Settled {
        @Override
        public Authorization authorization() {
            return Denials.signOnRefused(provider.name());
        }
    }

    /** None can be had. */
    record Failed(Authorization.Denied denied) implements Settled {
        @Override
        public Authorization authorization() {
            return denied;
        }
    }

    /**
     * What the token is for.
     *
     * @param identifier {@code resource} of the metadata byte for byte (R3), else the canonical URL
     * @param advertised the metadata's own string; null when there was no metadata at all
     * @param parameter what is sent as {@code resource}; null when it is left out (R5)
     * @param issuers who may give it, the preferred one first
     * @param scopes what the metadata lists (S1)
     * @param dpopRequired whether it takes no plain bearer token (RFC 9728 §2)
     * @param legacy whether there was no metadata at all, so that 2025-03-26 rules hold (A6, A7)
     */
    record Resource(
            String identifier,
            @Nullable String advertised,
            @Nullable String parameter,
            List<String> issuers,
            Scopes scopes,
            boolean dpopRequired,
            boolean legacy) {

        /** The same under the settings that hold at the issuer. */
        Resource under(UpstreamConfig upstream) {
            return new Resource(
                    identifier,
                    advertised,
                    parameter(upstream, advertised),
                    issuers,
                    scopes,
                    dpopRequired,
                    legacy);
        }

        /** The metadata's own string unless a setting says else (R3, R4, R5). */
        static @Nullable String parameter(UpstreamConfig upstream, @Nullable String advertised) {
            return switch (upstream.resource()) {
                case "none" -> null;
                case "auto" -> advertised;
                default -> upstream.resource();
            };
        }
    }
}
