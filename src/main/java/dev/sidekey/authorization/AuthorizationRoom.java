package dev.sidekey.authorization;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.authorization.AskWithCode.DeviceRoad;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialStore;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.ClientProof;
import dev.sidekey.grant.DeviceEndpoint;
import dev.sidekey.grant.Grants;
import dev.sidekey.grant.Revocation;
import dev.sidekey.interaction.Reach;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.telemetry.Audit;
import dev.sidekey.telemetry.AuthorizationMeters;
import dev.sidekey.telemetry.Traces;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** This room, put together: from the configuration to the seam and the operator's view. */
public final class AuthorizationRoom {
    private final Authorizer authorizer;
    private final Operations operations;
    private final CredentialStore.Watch watch;
    private final Roster roster;
    private final Standing standing;
    private final Logins logins;
    private final AuthorizationMeters meters;
    private final UnderWay underWay = new UnderWay();

    /**
     * What the room stands on; all of it outlives the room.
     *
     * @param vault what is stored
     * @param http sends OAuth requests
     * @param rules say where to
     * @param reach tells how a person is reached
     * @param virtualThreads one virtual thread a task
     * @param clock tells the time
     * @param meters counts what happens
     * @param audit keeps it
     * @param traces show where it takes its time
     */
    public record Ground(
            Vault vault,
            OAuthHttp http,
            EndpointRules rules,
            Reach reach,
            Executor virtualThreads,
            Clock clock,
            AuthorizationMeters meters,
            Audit audit,
            Traces traces) {}

    private AuthorizationRoom(SidekeyConfig config, URI publicUrl, Ground ground) {
        this.roster = new Roster(config);
        this.meters = ground.meters();
        var kept = kept(ground);
        this.logins = new Logins(ground.vault(), publicUrl, ground.clock());
        var tokens = TokenRequests.of(config, ground, kept, underWay);
        var keep = new KeepCredential(ground.vault(), kept.held(), ground.clock());
        var desk = new Desk(kept, logins, keep);
        var road = road(ground, tokens, desk);
        var request = request(config, ground, tokens, desk, road);
        var flows = new LoggedFlows(ground.clock());
        var steps = steps(ground, kept, logins, tokens.refreshes(), request);
        var flow = new AuthorizationFlow(steps, observed(flows, ground));
        var threads = ground.virtualThreads();
        var runner = new FlightRunner(flow, kept, logins, threads, config.loginTtl());
        var statics = new StaticCredentials(threads, ground.clock());
        this.authorizer =
                new UpstreamAuthorizer(
                        kept, statics, tokens.refreshes(), runner, config.loginWait());
        this.operations =
                new UpstreamOperations(
                        roster,
                        new UpstreamOperations.Views(
                                authorizer,
                                kept,
                                statics,
                                logins,
                                flows,
                                underWay,
                                explain(ground, kept.held())),
                        new FinishLogin(ground.vault(), logins, tokens.endpoint(), keep, roster),
                        endSession(kept, logins, ground, tokens.proof()),
                        new InitializeProbe(ground.http(), ground.rules()));
        this.standing = new Standing(kept.held(), logins);
        this.watch = ground.vault().follow(new FollowStore(kept, logins));
        adopt(config, ground.vault(), kept.held());
        new ResumeLogins(ground.vault(), logins, road.polling(), roster).start(threads);
    }

    private static EndSession endSession(
            Kept kept, Logins logins, Ground ground, ClientProof proof) {
        return new EndSession(
                kept, logins, new Revocation(ground.http(), ground.rules(), proof), ground.audit());
    }

    private static ExplainUpstream explain(Ground ground, HeldCredentials held) {
        var documents = new HttpDocuments(ground.http(), ground.rules());
        return new ExplainUpstream(
                new InitializeProbe(ground.http(), ground.rules()),
                new DiscoverResource(documents),
                issuers(ground, held),
                ground.vault());
    }

    private static DiscoverIssuer issuers(Ground ground, HeldCredentials held) {
        var documents = new HttpDocuments(ground.http(), ground.rules());
        return new DiscoverIssuer(documents, ground.rules(), held, ground.reach().headless());
    }

    /** Takes what is stored into memory, the newest last. */
    private static void adopt(SidekeyConfig config, Vault vault, HeldCredentials held) {
        vault.credentials().stream()
                .filter(stored -> isWanted(config, stored.value()))
                .sorted((one, other) -> one.value().issuedAt().compareTo(other.value().issuedAt()))
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

    private static FlowObserver observed(LoggedFlows flows, Ground ground) {
        return flows.and(new MeteredFlows(ground.meters()))
                .and(new AuditedFlows(ground.audit(), ground.clock()))
                .and(new TracedFlows(ground.traces()));
    }

    /** Where logins are begun and their credentials kept. */
    private record Desk(Kept kept, Logins logins, KeepCredential keep) {}

    private static RequestToken request(
            SidekeyConfig config, Ground ground, TokenRequests tokens, Desk desk, DeviceRoad road) {
        var kept = desk.kept;
        var notices = ground.reach().notices();
        var loginTtl = config.loginTtl();
        return new RequestToken(
                new AskServer(tokens.signOn(), desk.keep, kept.setbacks(), kept.clock()),
                new AskPerson(kept, desk.logins, desk.keep, notices, loginTtl),
                new AskWithCode(kept, desk.logins, road, notices, loginTtl));
    }

    private static DeviceRoad road(Ground ground, TokenRequests tokens, Desk desk) {
        return new DeviceRoad(
                new DeviceEndpoint(ground.http(), ground.rules(), tokens.proof()),
                new DevicePolling(
                        desk.kept.vault(),
                        desk.logins,
                        tokens.endpoint(),
                        desk.keep,
                        ground.clock()));
    }

    /** A credential that was got otherwise than is configured now is not shown any more. */
    private static boolean isWanted(SidekeyConfig config, Credential credential) {
        for (var upstream : config.upstreams().values()) {
            if (upstream.url().equals(credential.upstreamUrl())
                    && !Grants.fits(upstream, credential.grant())) {
                return false;
            }
        }
        return true;
    }

    private static Kept kept(Ground ground) {
        var clock = ground.clock();
        return new Kept(
                ground.vault(),
                new HeldCredentials(name -> Grants.unattended(name) != null, clock),
                new StepUps(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())),
                new Setbacks(clock),
                clock,
                new StoreNews());
    }

    private static AuthorizationFlow.Steps steps(
            Ground ground, Kept kept, Logins logins, Refreshes refreshes, RequestToken request) {
        var documents = new HttpDocuments(ground.http(), ground.rules());
        var endpoint = new RegistrationEndpoint(ground.http(), ground.rules(), ground.meters());
        var register = new RegisterClient(endpoint, kept.vault(), kept.clock());
        return new AuthorizationFlow.Steps(
                new DiscoverResource(documents),
                issuers(ground, kept.held()),
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

    /** Whether a flow of this process awaits a person whose browser comes back to Sidekey. */
    public boolean awaitsBrowser() {
        return logins.awaitsBrowser();
    }

    /**
     * Stops following the store, and waits until what was redeemed or rotated is stored. Flows that
     * await a person are taken up again by whoever finishes the login.
     *
     * @param patience as long as an OAuth request may take
     */
    public void close(Duration patience) {
        underWay.await(patience);
        watch.close();
    }
}
