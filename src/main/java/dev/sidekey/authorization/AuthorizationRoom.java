package dev.sidekey.authorization;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.credential.CredentialStore;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.AuthorizationCode;
import dev.sidekey.grant.RefreshToken;
import dev.sidekey.grant.Revocation;
import dev.sidekey.grant.TokenEndpoint;
import dev.sidekey.interaction.LoginNotice;
import dev.sidekey.oauth.OAuthHttp;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** This room, put together: from the configuration to the seam and the operator's view. */
public final class AuthorizationRoom implements AutoCloseable {
    private static final Duration LEASE_PATIENCE = Duration.ofSeconds(40);

    private final Authorizer authorizer;
    private final Operations operations;
    private final CredentialStore.Watch watch;

    /**
     * What the room stands on; all of it outlives the room.
     *
     * @param vault what is stored
     * @param http sends OAuth requests
     * @param rules say where to
     * @param notices reach a person
     * @param virtualThreads one virtual thread a task
     * @param clock tells the time
     */
    public record Ground(
            Vault vault,
            OAuthHttp http,
            EndpointRules rules,
            List<LoginNotice> notices,
            Executor virtualThreads,
            Clock clock) {}

    private AuthorizationRoom(SidekeyConfig config, URI publicUrl, Ground ground) {
        var clock = ground.clock();
        var roster = new Roster(config);
        var held = new HeldCredentials();
        var stepUps = new StepUps(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
        var kept = new Kept(ground.vault(), held, stepUps, clock);
        var logins = new Logins(ground.vault(), publicUrl, clock);
        var tokens = new TokenEndpoint(ground.http(), ground.rules());
        var codes = new AuthorizationCode(tokens);
        var refreshes = refreshes(kept, tokens, ground);
        var flows = new LoggedFlows(clock);
        var steps = steps(config, ground, kept, logins, refreshes);
        var runner =
                new FlightRunner(
                        new AuthorizationFlow(steps, flows),
                        kept,
                        logins,
                        ground.virtualThreads(),
                        config.loginTtl());
        var waiting = new UpstreamAuthorizer.Waiting(clock, config.loginWait());
        this.authorizer = new UpstreamAuthorizer(held, refreshes, runner, stepUps, waiting);
        var keep = new KeepCredential(ground.vault(), held, clock);
        this.operations =
                new UpstreamOperations(
                        roster,
                        new UpstreamOperations.Views(authorizer, held, logins, flows),
                        new FinishLogin(ground.vault(), logins, codes, keep, roster::named),
                        new EndSession(kept, logins, new Revocation(ground.http(), ground.rules())),
                        new InitializeProbe(ground.http(), ground.rules()));
        this.watch =
                ground.vault().watchCredentials(new FollowStore(ground.vault(), held)::changed);
        ground.vault().credentials().stream()
                .sorted(Comparator.comparing(stored -> stored.value().issuedAt()))
                .forEach(held::adopt);
    }

    /**
     * Opens the room and takes what is stored into memory. Blocks.
     *
     * @param publicUrl where browsers reach the admin listener
     */
    public static AuthorizationRoom open(SidekeyConfig config, URI publicUrl, Ground ground) {
        return new AuthorizationRoom(config, publicUrl, ground);
    }

    private static Refreshes refreshes(Kept kept, TokenEndpoint tokens, Ground ground) {
        var leases = new Leases(kept.vault(), LEASE_PATIENCE);
        return new Refreshes(
                new RefreshCredential(
                        kept.vault(), kept.held(), new RefreshToken(tokens), leases, kept.clock()),
                ground.virtualThreads());
    }

    private static AuthorizationFlow.Steps steps(
            SidekeyConfig config, Ground ground, Kept kept, Logins logins, Refreshes refreshes) {
        var documents = new HttpDocuments(ground.http(), ground.rules());
        var endpoint = new RegistrationEndpoint(ground.http(), ground.rules());
        var register = new RegisterClient(endpoint, kept.vault(), kept.clock());
        var codes = new AuthorizationCode(new TokenEndpoint(ground.http(), ground.rules()));
        return new AuthorizationFlow.Steps(
                new DiscoverResource(documents),
                new DiscoverIssuer(documents, ground.rules(), kept.held()),
                new RenewFirst(refreshes),
                new ResolveClient(kept.vault(), register, logins, kept.clock()),
                new RequestToken(kept, logins, codes, ground.notices(), config.loginTtl()));
    }

    /** The seam for traffic. */
    public Authorizer authorizer() {
        return authorizer;
    }

    /** The view for the admin listener. */
    public Operations operations() {
        return operations;
    }

    /** Stops following the store. Flows under way end by themselves. */
    @Override
    public void close() {
        watch.close();
    }
}
