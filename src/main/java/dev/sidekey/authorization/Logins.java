package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.authorization.Authorization.LoginRequired;
import dev.sidekey.authorization.Operations.LoginPage;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.interaction.LoginNotice;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The logins that await a person, in the store, and the flows of this process that await them.
 *
 * <p>A login is known to the person by its nonce and to the authorization server by its state; it
 * may be finished by another process than the one that began it.
 */
final class Logins {
    private final Vault vault;
    private final URI publicUrl;
    private final Clock clock;
    private final ConcurrentMap<String, Awaited> awaited = new ConcurrentHashMap<>();

    private final Set<String> finishedHere = ConcurrentHashMap.newKeySet();

    private record Awaited(PendingLogin login, CompletableFuture<Outcome> end) {}

    /** How a login ended. */
    sealed interface Outcome {}

    /** With a credential, stored and held. */
    record LoggedIn(HeldCredential credential) implements Outcome {}

    /** Without one. */
    record NotLoggedIn(Denied denied) implements Outcome {}

    Logins(Vault vault, URI publicUrl, Clock clock) {
        this.vault = vault;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    /** Where the authorization server sends the browser back to (K11, K12): one fixed URL. */
    URI redirectUri() {
        return URI.create(base() + "/oauth/callback");
    }

    /** The link that a person opens; of a login without a callback, the server's own page. */
    URI link(PendingLogin login) {
        return login.device() != null
                ? login.authorizationUrl()
                : URI.create(base() + "/login/" + login.nonce().reveal());
    }

    /** What the person is told. */
    LoginRequired invitation(PendingLogin login) {
        var device = login.device();
        return new LoginRequired(link(login), device == null ? null : device.userCode());
    }

    private String base() {
        var url = publicUrl.toString();
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** Reaches the person by every way there is. */
    void tell(PendingLogin login, List<LoginNotice> notices) {
        var invitation = invitation(login);
        var needed =
                new LoginNotice.Needed(
                        login.upstreamName(),
                        login.issuer(),
                        login.scopes().requested(),
                        invitation.link(),
                        invitation.userCode());
        notices.forEach(notice -> notice.loginNeeded(needed));
    }

    /** Stores a login before its link is shown to anybody, and awaits its end. */
    CompletableFuture<Outcome> begin(PendingLogin login) {
        // awaited first: whoever sees it in the store may end it before this thread goes on
        var end = awaitedOf(login);
        try {
            vault.saveLogin(login);
        } catch (StoreException e) {
            forget(login);
            throw e;
        }
        return end;
    }

    /** The end of a login that another request or process began. */
    CompletableFuture<Outcome> awaitedOf(PendingLogin login) {
        return awaited.computeIfAbsent(
                        login.nonce().reveal(), _ -> new Awaited(login, new CompletableFuture<>()))
                .end();
    }

    /** Whether a login is awaited here that ends at the callback. */
    boolean awaitsBrowser() {
        return awaited.values().stream().anyMatch(one -> one.login().device() == null);
    }

    /** Nobody waits any more. */
    void forget(PendingLogin login) {
        awaited.remove(login.nonce().reveal());
    }

    /** Ends a login for all who await it in this process. */
    void settle(PendingLogin login, Outcome outcome) {
        var one = awaited.remove(login.nonce().reveal());
        finishedHere.remove(login.nonce().reveal());
        if (one != null) {
            one.end().complete(outcome);
        }
    }

    /** This process finishes a login itself, and tells its end by {@link #settle}. */
    void finishHere(PendingLogin login) {
        finishedHere.add(login.nonce().reveal());
    }

    /** Ends the logins that another process has brought a credential for. */
    void arrived(HeldCredential credential) {
        for (var one : awaited.values()) {
            var here = finishedHere.contains(one.login().nonce().reveal());
            if (!here && isFor(one.login(), credential.credential())) {
                settle(one.login(), new LoggedIn(credential));
            }
        }
    }

    private static boolean isFor(PendingLogin login, Credential credential) {
        return keyOf(login).equals(credential.key())
                && credential.issuedAt().isAfter(login.createdAt());
    }

    /** The key of the credential that a login brings. */
    static CredentialKey keyOf(PendingLogin login) {
        return new CredentialKey(
                login.account(), login.issuer(), login.resource(), login.client().clientId());
    }

    /** Whether a login can still be finished. */
    boolean isOpen(PendingLogin login) {
        return clock.instant().isBefore(login.expiresAt());
    }

    /** All that await a person. */
    List<PendingLogin> open() {
        return vault.logins().stream().filter(this::isOpen).toList();
    }

    /** The open login of a slot, or null. */
    @Nullable PendingLogin openFor(Slot slot) {
        for (var login : open()) {
            if (login.account().equals(slot.account())
                    && login.upstreamUrl().toString().equals(slot.upstreamUrl())) {
                return login;
            }
        }
        return null;
    }

    static LoginPage page(int status, String title, String text) {
        return new LoginPage(status, title, text, null);
    }
}
