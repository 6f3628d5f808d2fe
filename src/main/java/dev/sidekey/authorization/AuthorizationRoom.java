package dev.sidekey.authorization;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialStore;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.ClientProof;
import dev.sidekey.grant.CommandSource;
import dev.sidekey.grant.Grants;
import dev.sidekey.grant.Means;
import dev.sidekey.grant.MetadataService;
import dev.sidekey.grant.RefreshToken;
import dev.sidekey.grant.Revocation;
import dev.sidekey.grant.TokenEndpoint;
import dev.sidekey.grant.TokenSources;
import dev.sidekey.interaction.LoginNotice;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.telemetry.AuthorizationMeters;
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
    private final Roster roster;
    private final Standing standing;
    private final AuthorizationMeters meters;

    /**
     * What the room stands on; all of it outlives the room.
     *
     * @param vault what is stored
     * @param http sends OAuth requests
     * @param rules say where to
     * @param notices reach a person
     * @param virtualThreads one virtual thread a task
     * @param clock tells the time
     * @param meters counts what happens
     */
    public record Ground(
            Vault vault,
            OAuthHttp http,
            EndpointRules rules,
            List<LoginNotice> notices,
            Executor virtualThreads,
            Clock clock,
            AuthorizationMeters meters) {}

    private AuthorizationRoom(SidekeyConfig config, URI publicUrl, Ground ground) {
        var clock = ground.clock();
        this.roster = new Roster(config);
        this.meters = ground.meters();
        var sources = sources(config, ground);
        var proof = new ClientProof(sources, ground.http().clocks());
        var tokens = new TokenEndpoint(ground.http(), ground.rules(), proof);
        var means = new Means(tokens, sources);
        var kept = kept(ground);
        var held = kept.held();
        var logins = new Logins(ground.vault(), publicUrl, clock);
        var refreshes = refreshes(kept, means, ground);
        var flows = new LoggedFlows(clock);
        var statics = new StaticCredentials(ground.virtualThreads(), clock);
        var keep = new KeepCredential(ground.vault(), held, clock);
        var request =
                new RequestToken(
                        new AskServer(means, keep, kept.setbacks(), clock),
                        new AskPerson(kept, logins, ground.notices(), config.loginTtl()));
        var steps = steps(ground, kept, logins, refreshes, request);
        var flow = new AuthorizationFlow(steps, flows.and(new MeteredFlows(ground.meters())));
        var threads = ground.virtualThreads();
        var runner = new FlightRunner(flow, kept, logins, threads, config.loginTtl());
        this.authorizer =
                new UpstreamAuthorizer(kept, statics, refreshes, runner, config.loginWait());
        this.operations =
                new UpstreamOperations(
                        roster,
                        new UpstreamOperations.Views(
                                authorizer, held, statics, logins, flows, explain(ground, held)),
                        new FinishLogin(ground.vault(), logins, tokens, keep, roster::named),
                        new EndSession(
                                kept, logins, new Revocation(ground.http(), ground.rules(), proof)),
                        new InitializeProbe(ground.http(), ground.rules()));
        this.standing = new Standing(held, logins);
        this.watch =
                ground.vault().watchCredentials(new FollowStore(ground.vault(), held)::changed);
        adopt(config, ground.vault(), held);
    }

    private static ExplainUpstream explain(Ground ground, HeldCredentials held) {
        var documents = new HttpDocuments(ground.http(), ground.rules());
        return new ExplainUpstream(
                new InitializeProbe(ground.http(), ground.rules()),
                new DiscoverResource(documents),
                new DiscoverIssuer(documents, ground.rules(), held),
                ground.vault());
    }

    /** Takes what is stored into memory, the newest last. */
    private static void adopt(SidekeyConfig config, Vault vault, HeldCredentials held) {
        vault.credentials().stream()
                .filter(stored -> isWanted(config, stored.value()))
                .sorted(Comparator.comparing(stored -> stored.value().issuedAt()))
                .forEach(held::adopt);
    }

    /**
     * Opens the room and takes what is stored into memory. Blocks.
     *
     * @param publicUrl where browsers reach the admin listener
     */
    public static AuthorizationRoom open(SidekeyConfig config, URI publicUrl, Ground ground) {
        var room = new AuthorizationRoom(config, publicUrl, ground);
        room.standing.show(room.roster, room.meters);
        return room;
    }

    /** Serves other upstreams and agents from now on; flows under way go on as they began. */
    public void become(SidekeyConfig config) {
        roster.become(config);
        standing.show(roster, meters);
    }

    private static TokenSources sources(SidekeyConfig config, Ground ground) {
        return new TokenSources(
                new CommandSource(config.limits().oauthTimeout()),
                new MetadataService(ground.http(), ground.rules()),
                ground.clock());
    }

    /** A credential that was got otherwise than is configured now is not shown any more. */
    private static boolean isWanted(SidekeyConfig config, Credential credential) {
        return config.upstreams().values().stream()
                .filter(upstream -> upstream.url().equals(credential.upstreamUrl()))
                .allMatch(upstream -> Grants.fits(upstream, credential.grant()));
    }

    private static Kept kept(Ground ground) {
        var clock = ground.clock();
        return new Kept(
                ground.vault(),
                new HeldCredentials(name -> Grants.unattended(name) != null, clock),
                new StepUps(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())),
                new Setbacks(clock),
                clock);
    }

    private static Refreshes refreshes(Kept kept, Means means, Ground ground) {
        var renewal = new Renewal(means, new RefreshToken(means.endpoint()));
        var leases = new Leases(kept.vault(), LEASE_PATIENCE);
        return new Refreshes(
                new RefreshCredential(kept, renewal, leases),
                ground.virtualThreads(),
                ground.meters());
    }

    private static AuthorizationFlow.Steps steps(
            Ground ground, Kept kept, Logins logins, Refreshes refreshes, RequestToken request) {
        var documents = new HttpDocuments(ground.http(), ground.rules());
        var endpoint = new RegistrationEndpoint(ground.http(), ground.rules(), ground.meters());
        var register = new RegisterClient(endpoint, kept.vault(), kept.clock());
        return new AuthorizationFlow.Steps(
                new DiscoverResource(documents),
                new DiscoverIssuer(documents, ground.rules(), kept.held()),
                new RenewFirst(refreshes),
                new ResolveClient(kept.vault(), register, logins, kept.clock()),
                request);
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
