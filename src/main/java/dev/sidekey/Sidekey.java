package dev.sidekey;

import dev.sidekey.address.AddressPolicy;
import dev.sidekey.address.EgressPolicy;
import dev.sidekey.address.EndpointRules;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.Resolver;
import dev.sidekey.address.SystemResolver;
import dev.sidekey.address.TrustedRoots;
import dev.sidekey.admin.AdminAccess;
import dev.sidekey.admin.AdminListener;
import dev.sidekey.authorization.AuthorizationRoom;
import dev.sidekey.authorization.Authorizer;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.SidekeyConfig.BrowserMode;
import dev.sidekey.credential.Vault;
import dev.sidekey.downstream.DownstreamListener;
import dev.sidekey.downstream.Interception;
import dev.sidekey.exchange.AnnouncedEndpoints;
import dev.sidekey.exchange.ExchangeRooms;
import dev.sidekey.exchange.LoggedForwards;
import dev.sidekey.exchange.MeteredForwards;
import dev.sidekey.exchange.Routes;
import dev.sidekey.exchange.Sessions;
import dev.sidekey.interaction.Reach;
import dev.sidekey.launch.SharedTrust;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.telemetry.AuthorizationMeters;
import dev.sidekey.telemetry.ReloadMeters;
import dev.sidekey.threads.OffLoop;
import dev.sidekey.threads.VirtualThreads;
import dev.sidekey.upstream.Transport;
import dev.sidekey.upstream.TunnelConnections;
import dev.sidekey.upstream.UpstreamConnections;
import dev.sidekey.upstream.UpstreamTls;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running Sidekey: every room built once, started in order and stopped in the other. */
public final class Sidekey implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sidekey.class);
    private static final Duration LAST_WRITES = Duration.ofSeconds(2);

    private final ExecutorService virtualThreads = VirtualThreads.named("sidekey");
    private final Transport transport = Transport.best();
    private final EventLoopGroup loops = transport.loops(0);
    private final Resolver resolver;
    private final OuterProxy outerProxy;
    private final TrustedRoots roots;
    private final Instruments instruments;
    private final Vault vault;
    private final AuthorizationRoom room;
    private final AdminListener admin;
    private volatile SidekeyConfig config;
    private volatile @Nullable Serving serving;
    private volatile boolean stopping;

    /** What serves agents. */
    private record Serving(
            DownstreamListener listener,
            ExchangeRooms rooms,
            EgressPolicy egress,
            List<HostPort> own) {}

    /**
     * Starts everything but the agent's listener: enough to log in and out. While the store cannot
     * be reached it blocks, and the admin listener says that it is not ready.
     *
     * @param environment where an outer proxy and a browser are looked for
     * @param quit what happens when the admin listener is told to stop; must not block
     * @throws IOException when {@code ca-file} cannot be read, or {@code admin-listen} is taken
     */
    public Sidekey(SidekeyConfig config, Map<String, String> environment, Runnable quit)
            throws IOException {
        this.config = config;
        this.resolver = new SystemResolver(config.resolve());
        this.roots = TrustedRoots.load(config.caFile());
        this.outerProxy = Surroundings.outerProxy(config, environment);
        this.instruments = Instruments.open(environment, config.audit().file(), virtualThreads);
        this.admin = bindAdmin(config.adminListen());
        try {
            // blocks for as long as a store elsewhere cannot be reached
            this.vault = vault();
            this.room = AuthorizationRoom.open(config, config.publicUrl(), ground(environment));
        } catch (RuntimeException e) {
            abandon();
            throw e;
        }
        admin.serve(desk(quit));
    }

    private Vault vault() {
        return Vault.open(config.store(), config.stateDir(), Clock.systemUTC(), virtualThreads);
    }

    /** Ends what was begun, where the rest cannot be. */
    private void abandon() {
        admin.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        instruments.close();
        virtualThreads.shutdownNow();
    }

    private AdminListener bindAdmin(HostPort address) throws IOException {
        var offLoop = new OffLoop(virtualThreads);
        return AdminListener.bind(loops, transport.server(), address, offLoop);
    }

    /**
     * Answers at a second address as the admin listener does.
     *
     * @throws IOException when the address is taken
     */
    AdminListener answerAt(HostPort address) throws IOException {
        var second = bindAdmin(address);
        second.serve(desk(() -> {}));
        return second;
    }

    /** Whether somebody's browser is to come back to {@code public-url}. */
    boolean awaitsBrowser() {
        return room.awaitsBrowser();
    }

    private AdminListener.Desk desk(Runnable quit) {
        return new AdminListener.Desk(
                room.operations(),
                () -> new AdminAccess(config.adminToken(), config.metrics().open()),
                config.publicUrl(),
                Surroundings.isLoopback(config.publicUrl()),
                () -> serving != null,
                () -> serving != null && !stopping,
                () -> config.ready().requireAuthenticated(),
                instruments.telemetry()::scrape,
                quit,
                new OffLoop(virtualThreads));
    }

    private AuthorizationRoom.Ground ground(Map<String, String> environment) {
        var limits = config.limits();
        var http =
                new OAuthHttp(
                        resolver,
                        new OAuthHttp.Limits(
                                limits.oauthTimeout(), limits.metadata(), this::isEventLoop),
                        roots,
                        outerProxy);
        var rules = new EndpointRules(config.egress(), config.insecureHttp(), resolver);
        return new AuthorizationRoom.Ground(
                vault,
                http,
                rules,
                Reach.of(config.browser() == BrowserMode.AUTO, config.publicUrl(), environment),
                instruments.traces().carriedBy(virtualThreads),
                Clock.systemUTC(),
                new AuthorizationMeters(instruments.telemetry().registry()),
                instruments.audit(),
                instruments.traces());
    }

    /** What the traffic asks for credentials. */
    Authorizer authorizer() {
        return room.authorizer();
    }

    private boolean isEventLoop() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Opens the agent's listener.
     *
     * @throws IOException when its address is taken
     */
    public void listen() throws IOException {
        SharedTrust.write(config);
        var onLoopback = Surroundings.isLoopback(new InetSocketAddress(config.listen().host(), 0));
        var egress = EgressPolicy.forwarded(config.egress(), onLoopback, this::ownListeners);
        var rooms = rooms(egress);
        var listener =
                DownstreamListener.bind(
                        loops, transport.server(), config.listen(), service(rooms, egress));
        var own = Surroundings.own(config, adminAddress(), listener.port());
        serving = new Serving(listener, rooms, egress, own);
        LOG.atInfo()
                .addKeyValue("listen", config.listen())
                .addKeyValue("admin", config.adminListen())
                .addKeyValue("upstreams", String.join(",", config.upstreams().keySet()))
                .addKeyValue("transport", transport.name())
                .log("ready");
    }

    private DownstreamListener.Service service(ExchangeRooms rooms, EgressPolicy egress) {
        config.upstreams().keySet().forEach(rooms.meters()::add);
        var routes = new Routes(config.upstreams());
        return new DownstreamListener.Service(
                rooms,
                routes,
                Interception.of(config, routes, virtualThreads),
                egress,
                config.limits(),
                config.agents(),
                config.proxyAuth());
    }

    /** Goes on with another configuration, of which only live settings differ. May block. */
    public void become(SidekeyConfig next) {
        config = next;
        room.become(next);
        var now = serving;
        if (now != null) {
            now.listener().become(service(now.rooms(), now.egress()));
        }
    }

    /** Counts changes of the configuration. */
    public ReloadMeters reloadMeters() {
        return new ReloadMeters(instruments.telemetry().registry());
    }

    private ExchangeRooms rooms(EgressPolicy egress) throws IOException {
        var tls = Surroundings.upstreamTls(config, roots);
        var own = EgressPolicy.configured(config.egress(), this::ownListeners);
        var configured = connections(own, tls);
        var forwarded = connections(egress, tls);
        var traffic = instruments.traffic(loops, configured, forwarded);
        return new ExchangeRooms(
                room.authorizer(),
                configured,
                forwarded,
                new TunnelConnections(network(egress), config.limits().upstreamConnectTimeout()),
                new MeteredForwards(traffic, new LoggedForwards()),
                new AnnouncedEndpoints(),
                new Sessions(),
                traffic,
                instruments.audit(),
                instruments.traces(),
                config.limits().replayBody(),
                config.limits().tunnelIdle());
    }

    /** The operator's own upstreams may be private; only what nobody can mean is refused. */
    private UpstreamConnections connections(AddressPolicy policy, UpstreamTls tls) {
        return new UpstreamConnections(network(policy), tls, config.limits());
    }

    private UpstreamConnections.Network network(AddressPolicy policy) {
        return new UpstreamConnections.Network(
                transport, new OffLoop(virtualThreads), resolver, policy, outerProxy);
    }

    private List<HostPort> ownListeners() {
        var now = serving;
        return now == null ? List.of(adminAddress()) : now.own();
    }

    /** Where the admin listener can be asked. */
    public HostPort adminAddress() {
        return new HostPort(config.adminListen().host(), admin.port());
    }

    /** Stops accepting, lets calls go on for {@code limits.drain}, then ends what is left. */
    @Override
    public void close() {
        stopping = true;
        var now = serving;
        if (now != null) {
            now.listener().stopAccepting().awaitUninterruptibly();
            now.listener().drain(config.limits().drain());
        }
        admin.close();
        room.close(config.limits().oauthTimeout());
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        instruments.close();
        // a renewed credential that is not stored yet gets a last try (E16)
        if (!VirtualThreads.end(virtualThreads, LAST_WRITES)) {
            LOG.debug("some work goes on while Sidekey stops");
        }
        vault.close();
    }
}
