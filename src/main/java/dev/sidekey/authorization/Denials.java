package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.grant.Grant;
import dev.sidekey.oauth.InputProblem;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.OAuthFailure;
import dev.sidekey.oauth.Scopes;
import java.net.URI;

/**
 * Every way in which no credential can be had: stable reason, what happened, what to do. The agent
 * and the log read the same words.
 */
final class Denials {
    private Denials() {}

    static Denied unreachable(OAuthFailure failure) {
        return new Denied(
                "authorization_server_unreachable",
                failure.message(),
                failure.transientFailure()
                        ? "Try again later; credentials already held are kept."
                        : "Mend the cause named here.",
                null,
                failure.transientFailure());
    }

    static Denied resourceMismatch(String resource, URI upstream) {
        return permanent(
                "resource_mismatch",
                "the protected resource metadata of "
                        + upstream
                        + " is for another resource: "
                        + resource,
                "The upstream's operator must correct 'resource'; set upstreams.NAME.resource only"
                        + " if you trust that document.");
    }

    static Denied noAuthorizationServer(URI upstream) {
        return permanent(
                "no_authorization_server",
                "the protected resource metadata of " + upstream + " names no authorization server",
                "Set upstreams.NAME.metadata.issuer to the issuer you know.");
    }

    static Denied noMetadata(String issuer) {
        return permanent(
                "no_metadata",
                "the authorization server " + issuer + " publishes no metadata",
                "Set upstreams.NAME.metadata.authorization-endpoint and .token-endpoint.");
    }

    static Denied issuerMismatch(String expected, String found) {
        return permanent(
                "issuer_mismatch",
                "the metadata of " + expected + " names another issuer: " + found,
                "If both are one and the same server, list the exact string in"
                        + " upstreams.NAME.accept-issuers.");
    }

    static Denied unfit(Grant.Unfit unfit) {
        return permanent(unfit.reason(), unfit.message(), unfit.remedy());
    }

    /** Permanent until somebody mends it; what is mended is seen by the next call. */
    static Denied unusableInput(UpstreamConfig upstream, InputProblem problem) {
        return permanent(
                "unusable_input",
                "upstreams." + upstream.name() + "." + problem.setting() + ": " + problem.problem(),
                problem.remedy());
    }

    static Denied noConfiguredClient(String issuer, String grant) {
        return permanent(
                "no_client",
                "the grant " + grant + " needs a client at " + issuer + " and none is configured",
                "Register one there by hand, then set upstreams.NAME.client.id and its"
                        + " secret-file or key-file.");
    }

    static Denied grantRefused(String issuer, String grant, OAuthError error) {
        return permanent(
                "token_refused",
                "the authorization server " + issuer + " refused the grant " + grant + ": " + error,
                "See what the error names: the client, its scopes, or the token that"
                        + " upstreams.NAME gives it. It is asked again only after a while.");
    }

    static Denied signOnRefused(String provider) {
        return permanent(
                "sign_on_refused",
                "the identity provider " + provider + " does not take the ID token it gave itself",
                "Have its operator allow upstreams.NAME.identity-provider.client to exchange it.");
    }

    static Denied staticRefused(URI upstream, int status) {
        return permanent(
                "static_credential_refused",
                upstream + " refuses the fixed credential (HTTP " + status + ")",
                "Put a valid one into upstreams.NAME.token-file or header.value-file; a changed"
                        + " file is read by the next call.");
    }

    static Denied dpopAlgorithm(String who) {
        return permanent(
                "dpop_algorithm_not_supported",
                "a token is to be bound to a key, but " + who + " does not take ES256 for it",
                "Its operator has to allow ES256; or set upstreams.NAME.dpop: never, if the upstream"
                        + " takes plain bearer tokens.");
    }

    static Denied missingEndpoint(String issuer, String endpoint) {
        return permanent(
                "no_" + endpoint,
                "the metadata of " + issuer + " names no " + endpoint,
                "Set upstreams.NAME.metadata." + endpoint.replace('_', '-') + ".");
    }

    static Denied endpointRefused(String issuer, URI endpoint, String refusal) {
        return permanent(
                "endpoint_refused",
                "the authorization server " + issuer + " names " + endpoint + ": " + refusal,
                "Do what the message says if that server is to be trusted; else nothing.");
    }

    static Denied noClient(String issuer, URI redirectUri) {
        return permanent(
                "no_client",
                "the authorization server " + issuer + " registers no clients by itself",
                "Register a client there by hand with redirect URI "
                        + redirectUri
                        + ", then set upstreams.NAME.client.id, client.secret-file (if it has"
                        + " one) and client.issuer: "
                        + issuer
                        + ".");
    }

    static Denied clientOfAnotherIssuer(String configured, String found) {
        return permanent(
                "client_issuer_mismatch",
                "the configured client belongs to "
                        + configured
                        + ", but the upstream now names the authorization server "
                        + found,
                "If the move is right, register a client at the new server and change"
                        + " upstreams.NAME.client; the old client is not shown to it.");
    }

    static Denied registrationRefused(String issuer, OAuthError error) {
        return permanent(
                "registration_refused",
                "the authorization server " + issuer + " refused to register a client: " + error,
                "Set upstreams.NAME.registration (scope: never, initial-access-token-file, extra)"
                        + " or client.name as its operator asks, or register by hand and set"
                        + " upstreams.NAME.client.id.");
    }

    static Denied loginRefused(String issuer, OAuthError error) {
        return permanent(
                "login_refused",
                "the authorization server " + issuer + " ended the login: " + error,
                "Send the call again to begin a new login.");
    }

    static Denied loginExpired(String issuer) {
        return permanent(
                "login_expired",
                "nobody finished the login at " + issuer + " in time",
                "Send the call again to begin a new login.");
    }

    static Denied callbackFromAnotherIssuer(String expected) {
        return permanent(
                "callback_issuer_mismatch",
                "the login's answer did not come from " + expected + " (RFC 9207)",
                "Begin again; if it happens twice, one of the servers involved is not to be"
                        + " trusted, or its issuer belongs into upstreams.NAME.accept-issuers.");
    }

    static Denied tokenRefused(String issuer, OAuthError error) {
        return permanent(
                "token_refused",
                "the authorization server " + issuer + " gave no token: " + error,
                "Send the call again to begin a new login, or see `sidekey status`.");
    }

    static Denied freshTokenRejected(URI upstream, Scopes granted) {
        return permanent(
                "fresh_token_rejected",
                upstream
                        + " rejects the token that it was just granted (scopes held: "
                        + (granted.isEmpty() ? "none named" : granted)
                        + "); its audience or scopes are probably wrong",
                "Where the authorization server drops its default scopes once a registration names"
                        + " some, set upstreams.NAME.registration.scope: never; then `sidekey"
                        + " logout NAME`.");
    }

    static Denied grantNone() {
        return permanent(
                "grant_none",
                "this upstream asks for authorization and is configured with grant: none",
                "Remove upstreams.NAME.grant to let Sidekey log in.");
    }

    static Denied storeFailed(String message) {
        return new Denied(
                "store_failed",
                "the credential store failed: " + message,
                "See Sidekey's log; nothing is used that could not be stored first.",
                null,
                true);
    }

    static Denied refreshInDoubt(URI upstream) {
        return new Denied(
                "refresh_in_doubt",
                "another Sidekey shows the refresh token for "
                        + upstream
                        + " and has not stored the answer yet",
                "It is waited for up to a minute; after that a login is needed.",
                null,
                true);
    }

    static Denied loginEndedElsewhere(String issuer) {
        return permanent(
                "login_ended",
                "the login at " + issuer + " ended at another Sidekey without a credential",
                "Send the call again to begin a new login.");
    }

    static Denied broken() {
        return new Denied(
                "internal_error",
                "Sidekey failed in a way it should not",
                "Please report what Sidekey's log says.",
                null,
                true);
    }

    private static Denied permanent(String reason, String message, String remedy) {
        return new Denied(reason, message, remedy, null, false);
    }
}
