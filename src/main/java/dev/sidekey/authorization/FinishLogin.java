package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.authorization.Logins.LoggedIn;
import dev.sidekey.authorization.Logins.NotLoggedIn;
import dev.sidekey.authorization.Operations.LoginPage;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Lease;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.AuthorizationCode;
import dev.sidekey.grant.OpenIdSignOn;
import dev.sidekey.grant.TokenEndpoint;
import dev.sidekey.grant.TokenRequest;
import dev.sidekey.oauth.IssuerCheck;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from the callback to a stored credential. Needs nothing but the stored login, so that any
 * process can finish it; a browser that goes away stops nothing (E16).
 */
final class FinishLogin {
    private static final Logger LOG = LoggerFactory.getLogger(FinishLogin.class);

    private final Vault vault;
    private final Logins logins;
    private final AuthorizationCode grant = new AuthorizationCode();
    private final TokenEndpoint endpoint;
    private final KeepCredential keepCredential;
    private final NarrowScopes narrowScopes;
    private final Roster roster;

    FinishLogin(
            Vault vault,
            Logins logins,
            TokenEndpoint endpoint,
            KeepCredential keepCredential,
            Roster roster) {
        this.vault = vault;
        this.logins = logins;
        this.endpoint = endpoint;
        this.keepCredential = keepCredential;
        this.narrowScopes = new NarrowScopes(grant);
        this.roster = roster;
    }

    /** What to show the person; see {@link Operations#finish}. */
    LoginPage finish(Map<String, String> parameters, @Nullable String boundNonce) {
        var state = parameters.get("state");
        var login = state == null ? null : vault.loginByState(Secret.of(state));
        var configured = login == null ? null : roster.ofAnyProcess(login);
        var upstream = login == null || configured == null ? null : configured.at(login.issuer());
        if (login == null || upstream == null || !logins.isOpen(login)) {
            return Logins.page(
                    410,
                    "No such login",
                    "It was finished already, or it has expired. Send the call again to begin anew.");
        }
        if (boundNonce != null && !Secret.of(boundNonce).equals(login.nonce())) {
            return Logins.page(
                    403,
                    "Another browser began this login",
                    "Open the login link in this browser and log in there.");
        }
        // K7 to K10: before anything of the answer is believed, its error included
        if (!isFromIssuer(login, upstream, parameters.get("iss"))) {
            return end(login, Denials.callbackFromAnotherIssuer(login.issuer()));
        }
        var error = parameters.get("error");
        if (error != null) {
            return refused(
                    upstream, login, new OAuthError(error, parameters.get("error_description")));
        }
        var code = parameters.get("code");
        if (code == null || code.isEmpty()) {
            return Logins.page(
                    400, "Not a login's answer", "It holds neither a code nor an error.");
        }
        return redeem(upstream, login, Secret.of(code));
    }

    private static boolean isFromIssuer(
            PendingLogin login, UpstreamConfig upstream, @Nullable String iss) {
        return IssuerCheck.passes(
                login.issuer(), login.issAnnounced(), iss, List.copyOf(upstream.acceptIssuers()));
    }

    private LoginPage refused(UpstreamConfig upstream, PendingLogin login, OAuthError error) {
        if (error.error().equals("invalid_scope")) {
            var next = narrowScopes.next(upstream, login);
            if (next != null && vault.takeLogin(login) != null) {
                if (next.scopes().requested().isEmpty()) {
                    var refused = login.scopes().requested();
                    vault.noteRefusedScopes(login.issuer(), login.client().clientId(), refused);
                }
                vault.saveLogin(next);
                return new Operations.LoginPage(
                        302, "Asking for less", "", next.authorizationUrl());
            }
        }
        if (error.error().equals("unauthorized_client") || error.error().equals("invalid_client")) {
            vault.removeRegistration(login.issuer(), login.client().clientId());
        }
        return end(login, Denials.loginRefused(login.issuer(), error));
    }

    private LoginPage redeem(UpstreamConfig upstream, PendingLogin login, Secret code) {
        var lease = keepCredential.begin(login);
        if (lease == null) {
            return Logins.page(
                    503, "Not yet", "Another login there is being finished. Reload this page.");
        }
        try {
            return redeem(upstream, login, code, lease);
        } finally {
            Turn.giveBack(vault, lease);
        }
    }

    private LoginPage redeem(
            UpstreamConfig upstream, PendingLogin login, Secret code, Lease lease) {
        if (vault.takeLogin(login) == null) {
            return Logins.page(410, "This login is over", "It was finished in another window.");
        }
        logins.finishHere(login);
        try {
            return switch (redeemed(upstream, login, code)) {
                case TokenReply.Issued issued -> loggedIn(upstream, login, issued, lease);
                case TokenReply.Rejected rejected -> rejected(login, rejected.error());
                case TokenReply.Unasked unasked ->
                        end(login, Denials.unusableInput(upstream, unasked.problem()));
                case TokenReply.Failed failed -> end(login, Denials.unreachable(failed.failure()));
            };
        } catch (StoreException e) {
            LOG.error("a credential could not be stored", e);
            return end(login, Denials.storeFailed(String.valueOf(e.getMessage())));
        }
    }

    private TokenReply redeemed(UpstreamConfig upstream, PendingLogin login, Secret code) {
        var reply =
                grant.redeem(
                        endpoint,
                        upstream,
                        new TokenRequest(
                                login.tokenEndpoint(),
                                login.client(),
                                login.resourceParameter(),
                                upstream.authorizeParams(),
                                login.dpopKey()),
                        new AuthorizationCode.Code(
                                code, login.verifier(), URI.create(login.redirectUri())));
        return OpenIdSignOn.kept(upstream, login.client(), reply);
    }

    private LoginPage loggedIn(
            UpstreamConfig upstream, PendingLogin login, TokenReply.Issued issued, Lease lease) {
        var name = OpenIdSignOn.isOf(upstream) ? OpenIdSignOn.NAME : grant.name();
        var credential = keepCredential.keep(login, name, issued, lease);
        if (credential == null) {
            return end(login, Denials.loginEndedElsewhere(login.issuer()));
        }
        vault.proveRegistration(login.issuer(), login.client().clientId());
        logins.settle(login, new LoggedIn(credential));
        return Logins.page(
                200,
                "You are signed in",
                "Sidekey now reaches "
                        + login.upstreamName()
                        + " for your agent. You may close this window.");
    }

    private LoginPage rejected(PendingLogin login, OAuthError error) {
        if (error.error().equals("invalid_client") || error.error().equals("unauthorized_client")) {
            vault.removeRegistration(login.issuer(), login.client().clientId());
        }
        return end(login, Denials.tokenRefused(login.issuer(), error));
    }

    private LoginPage end(PendingLogin login, Denied denied) {
        vault.takeLogin(login);
        logins.settle(login, new NotLoggedIn(denied));
        LOG.atWarn()
                .addKeyValue("upstream", login.upstreamName())
                .addKeyValue("issuer", login.issuer())
                .addKeyValue("reason", denied.reason())
                .log("a login ended without a credential");
        return Logins.page(400, "You are not signed in", denied.message() + ". " + denied.remedy());
    }
}
