package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Authorized;
import dev.sidekey.authorization.AuthorizationState.ClientKnown;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.Versioned;
import dev.sidekey.grant.AuthorizationCode;
import dev.sidekey.interaction.LoginNotice;
import dev.sidekey.oauth.AuthorizationServerMetadata;
import dev.sidekey.oauth.DpopKey;
import dev.sidekey.oauth.RandomValue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a person, and waits as long as a login may stay open. Blocks a virtual thread; those who
 * wait for the flow hold none.
 */
final class AskPerson {
    private static final long LOOK_EVERY_MILLIS = 500;

    /** A login that asks for fewer scopes in place of another is gone for a moment. */
    private static final int LOOKS_WITHOUT = 2;

    private static final String CHECKED = "checked by DiscoverIssuer";

    private final Vault vault;
    private final HeldCredentials held;
    private final Clock clock;
    private final Logins logins;
    private final KeepCredential keepCredential;
    private final AuthorizationCode grant = new AuthorizationCode();
    private final List<LoginNotice> notices;
    private final Duration loginTtl;

    /**
     * @param loginTtl how long a login stays open
     */
    AskPerson(
            Kept kept,
            Logins logins,
            KeepCredential keepCredential,
            List<LoginNotice> notices,
            Duration loginTtl) {
        this.keepCredential = keepCredential;
        this.vault = kept.vault();
        this.held = kept.held();
        this.clock = kept.clock();
        this.logins = logins;
        this.notices = List.copyOf(notices);
        this.loginTtl = loginTtl;
    }

    AuthorizationState request(ClientKnown state) {
        var demand = state.demand();
        var open = logins.openFor(demand.slot());
        if (open != null && open.device() == null && serves(open, state)) {
            return await(demand, open, logins.awaitedOf(open));
        }
        if (open != null) {
            vault.takeLogin(open);
        }
        var login = begin(state);
        var end = logins.begin(login);
        logins.tell(login, notices);
        return await(demand, login, end);
    }

    /**
     * Whether a login that is open already, perhaps since before a restart, brings what is wanted.
     */
    static boolean serves(PendingLogin login, ClientKnown state) {
        return login.issuer().equals(state.server().issuer())
                && login.resource().equals(state.resource().identifier())
                && login.client().clientId().equals(state.client().clientId())
                && (login.dpopKey() != null) == DpopRule.isWanted(state.demand(), state.resource())
                && login.scopes().requested().covers(state.scopes().requested());
    }

    private PendingLogin begin(ClientKnown state) {
        var now = clock.instant();
        var server = state.server();
        var redirectUri = logins.redirectUri();
        var dpopKey = DpopRule.newKey(state);
        var begun =
                grant.begin(
                        state.demand().upstream(),
                        new AuthorizationCode.Asked(
                                Objects.requireNonNull(server.authorizationEndpoint(), CHECKED),
                                state.client(),
                                state.scopes().requested(),
                                state.resource().parameter(),
                                redirectUri,
                                thumbprint(dpopKey, server)));
        return new PendingLogin(
                begun.state(),
                RandomValue.create(),
                begun.verifier(),
                server.issuer(),
                redirectUri.toString(),
                state.demand().upstream().name(),
                state.demand().slot().account(),
                state.resource().identifier(),
                state.demand().upstream().url(),
                begun.url(),
                state.scopes(),
                state.client(),
                Objects.requireNonNull(server.tokenEndpoint(), CHECKED),
                server.revocationEndpoint(),
                server.issParameterSupported(),
                state.resource().parameter(),
                now,
                now.plus(loginTtl),
                dpopKey,
                null);
    }

    /** Binds the code to the key, too, where the server says that it knows of keys (§10). */
    private static @Nullable String thumbprint(
            @Nullable DpopKey key, AuthorizationServerMetadata server) {
        return key == null || server.dpopSigningAlgValuesSupported() == null
                ? null
                : key.thumbprint();
    }

    /** Waits for the callback in this process, and looks for one in another. */
    private AuthorizationState await(
            Demand demand, PendingLogin login, CompletableFuture<Logins.Outcome> end) {
        demand.flight().link().complete(logins.invitation(login));
        int goneFor = 0;
        while (true) {
            try {
                return settled(end.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                var over = look(demand, login);
                if (over != null) {
                    return over;
                }
                goneFor = isGone(login) ? goneFor + 1 : 0;
                var ended = goneFor > LOOKS_WITHOUT ? endedElsewhere(demand, login) : null;
                if (ended != null) {
                    return ended;
                }
            } catch (ExecutionException | InterruptedException e) {
                return new Failed(Denials.broken());
            }
        }
    }

    /** How a login ended that another process has used up; null while one may still store it. */
    private @Nullable AuthorizationState endedElsewhere(Demand demand, PendingLogin login) {
        try {
            if (!keepCredential.isNobodyFinishing(login)) {
                return null;
            }
            // stored before the lease was given back, if at all
            var stored = finishedElsewhere(demand, login);
            logins.forget(login);
            return stored == null
                    ? new Failed(Denials.loginEndedElsewhere(login.issuer()))
                    : new Authorized(stored);
        } catch (StoreException e) {
            return null;
        }
    }

    /** Keeps the turn and looks whether the login is over; null while it is not. */
    private @Nullable AuthorizationState look(Demand demand, PendingLogin login) {
        try {
            demand.turn().keep();
            var elsewhere = finishedElsewhere(demand, login);
            if (elsewhere != null) {
                if (!elsewhere.credential().issuedAt().isAfter(login.createdAt())) {
                    // the login before it brought it: nobody needs to be asked again
                    withdraw(login);
                }
                logins.forget(login);
                return new Authorized(elsewhere);
            }
            return logins.isOpen(login) ? null : expired(login);
        } catch (StoreException e) {
            if (e.isPassing() && logins.isOpen(login)) {
                return null; // the person goes on meanwhile
            }
            throw e;
        }
    }

    /** Whether another process has used the login up; its credential should follow soon. */
    private boolean isGone(PendingLogin login) {
        try {
            return vault.loginByNonce(login.nonce()) == null;
        } catch (StoreException e) {
            return false;
        }
    }

    private static AuthorizationState settled(Logins.Outcome outcome) {
        return switch (outcome) {
            case Logins.LoggedIn in -> new Authorized(in.credential());
            case Logins.NotLoggedIn not -> new Failed(not.denied());
        };
    }

    private @Nullable HeldCredential finishedElsewhere(Demand demand, PendingLogin login) {
        var stored = vault.credential(Logins.keyOf(login));
        var presented = demand.presented();
        if (stored == null || !isItsResult(demand, login, stored)) {
            return null;
        }
        return presented != null && stored.version() == presented.version()
                ? null
                : held.adopt(stored);
    }

    /**
     * Whether a credential is what the login was to bring: by the login itself, or by the one
     * before it, which was being finished when this flow found none open.
     */
    private static boolean isItsResult(
            Demand demand, PendingLogin login, Versioned<Credential> stored) {
        return stored.value().issuedAt().isAfter(login.createdAt())
                || (demand.isNews(stored) && stored.value().covers(login.scopes().requested()));
    }

    private void withdraw(PendingLogin login) {
        var open = vault.loginByNonce(login.nonce());
        if (open != null) {
            vault.takeLogin(open);
        }
    }

    /**
     * K15, 3.4 no. 13: the server may have forgotten a client that never worked; register anew
     * then.
     */
    private AuthorizationState expired(PendingLogin login) {
        withdraw(login);
        vault.removeUnprovenRegistration(login.issuer(), login.client().clientId());
        logins.forget(login);
        return new Failed(Denials.loginExpired(login.issuer()));
    }
}
