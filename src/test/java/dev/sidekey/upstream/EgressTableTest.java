package dev.sidekey.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.address.EgressPolicy;
import dev.sidekey.address.HostLiteral;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.Resolver;
import dev.sidekey.config.EgressConfig;
import dev.sidekey.config.EgressConfig.PrivateRanges;
import dev.sidekey.config.EgressConfig.Unmatched;
import dev.sidekey.config.HostPort;
import dev.sidekey.threads.OffLoop;
import dev.sidekey.threads.VirtualThreads;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who is connected to on the forward roads, in every spelling, down to the connect itself: resolver
 * and channel are the test's own, so that no packet leaves.
 */
final class EgressTableTest {
    private static final HostPort ADMIN = new HostPort("127.0.0.1", 7071);
    private static final EgressConfig DEFAULTS =
            new EgressConfig(Unmatched.TUNNEL, PrivateRanges.AUTO, List.of(), List.of(), List.of());

    private final ExecutorService threads = VirtualThreads.named("test");
    private final EventLoopGroup loops =
            new Transport("nio", RecordingChannel.class, NioServerSocketChannel.class).loops(1);
    private final Map<String, ArrayDeque<String>> names = new java.util.HashMap<>();
    private int lookups;

    @BeforeEach
    void forget() {
        RecordingChannel.ASKED.clear();
    }

    @AfterEach
    void stop() {
        var _ = loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
        threads.shutdownNow();
    }

    /** Each name has the answers that the test gives it, one a look-up; literals are themselves. */
    private final class Answers implements Resolver {
        @Override
        public List<InetAddress> resolve(String host) throws UnknownHostException {
            lookups++;
            var literal = HostLiteral.parse(host);
            if (literal != null) {
                return List.of(literal);
            }
            var answers = names.getOrDefault(host, new ArrayDeque<>());
            if (answers.isEmpty()) {
                throw new UnknownHostException(host);
            }
            var addresses = new java.util.ArrayList<InetAddress>();
            for (var one : answers.poll().split(" ", -1)) {
                addresses.add(HostLiteral.parse(one));
            }
            return addresses;
        }
    }

    private AttemptFailure connect(EgressConfig egress, boolean loopback, String host, int port) {
        var policy = EgressPolicy.forwarded(egress, loopback, () -> List.of(ADMIN));
        var network =
                new UpstreamConnections.Network(
                        new Transport("nio", RecordingChannel.class, NioServerSocketChannel.class),
                        new OffLoop(threads),
                        new Answers(),
                        policy,
                        OuterProxy.none());
        var outcome = new CompletableFuture<AttemptFailure>();
        var loop = loops.next();
        loop.execute(() ->
                new TunnelConnections(network, Duration.ofSeconds(5))
                        .open(
                                loop,
                                host,
                                port,
                                new Tunnels.Listener() {
                                    @Override
                                    public void onOpen(Channel upstream) {
                                        outcome.completeExceptionally(
                                                new AssertionError("nothing is connected here"));
                                    }

                                    @Override
                                    public void onFailed(AttemptFailure failure) {
                                        outcome.complete(failure);
                                    }
                                }));
        return outcome.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    private void assertRefused(EgressConfig egress, boolean loopback, String host, int port) {
        var failure = connect(egress, loopback, host, port);
        assertThat(failure.kind())
                .as(failure.message())
                .isEqualTo(AttemptFailure.Kind.REFUSED_ADDRESS);
        assertThat(RecordingChannel.ASKED).isEmpty();
    }

    private void assertConnects(
            EgressConfig egress, boolean loopback, String host, String address) {
        var failure = connect(egress, loopback, host, 443);
        assertThat(failure.message()).contains("recorded");
        assertThat(RecordingChannel.ASKED)
                .extracting(one -> one.getAddress().getHostAddress())
                .contains(address);
    }

    private static EgressConfig lists(Unmatched unmatched, List<String> allow, List<String> deny) {
        return new EgressConfig(unmatched, PrivateRanges.AUTO, allow, deny, List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // metadata services
                "169.254.169.254",
                "2852039166",
                "0xa9fea9fe",
                "0251.0376.0251.0376",
                "0xa9.0xfe.0xa9.0xfe",
                "169.254.43518",
                "169.16689662",
                "025177524776",
                "::ffff:169.254.169.254",
                "::ffff:a9fe:a9fe",
                "::169.254.169.254",
                "64:ff9b::169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "192.0.0.192",
                "168.63.129.16",
                // link-local
                "169.254.1.1",
                "fe80::1",
                "febf::1",
                "::ffff:169.254.1.1",
                // nobody's
                "0.0.0.0",
                "0",
                "::",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "ff02::1"
            })
    void theseAreNeverConnectedToWhateverTheConfigurationSays(String host) {
        var open =
                new EgressConfig(
                        Unmatched.TUNNEL,
                        PrivateRanges.ALLOW,
                        List.of("*", "0.0.0.0/0", "::/0", host),
                        List.of(),
                        List.of());
        assertRefused(DEFAULTS, true, host, 443);
        assertRefused(open, true, host, 443);
        names.put("innocent.test", new ArrayDeque<>(List.of(host, host)));
        assertRefused(DEFAULTS, true, "innocent.test", 443);
        assertRefused(open, true, "innocent.test", 443);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "2130706433",
                "0x7f000001",
                "0177.0.0.1",
                "127.1",
                "127.255.255.254",
                "::1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "10.1.2.3",
                "167838211",
                "012.1.2.3",
                "0xa.1.515",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "100.64.0.1",
                "198.18.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::10.0.0.1",
                "fc00::1",
                "fd12:3456::1",
                "fec0::1"
            })
    void theseAreConnectedToOnlyWhereTheAgentReachesThemAnyway(String host) {
        assertRefused(DEFAULTS, false, host, 443);
        names.put("inside.test", new ArrayDeque<>(List.of(host)));
        assertRefused(DEFAULTS, false, "inside.test", 443);
        var denied =
                new EgressConfig(
                        Unmatched.TUNNEL, PrivateRanges.DENY, List.of(), List.of(), List.of());
        assertRefused(denied, true, host, 443);
        var allowed = lists(Unmatched.TUNNEL, List.of(host), List.of());
        assertThat(connect(allowed, false, host, 443).message()).contains("recorded");
        RecordingChannel.ASKED.clear();
        assertThat(connect(DEFAULTS, true, host, 443).message()).contains("recorded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "localhost.",
                "2130706433",
                "0x7f.1",
                "::1",
                "::ffff:127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "64:ff9b::7f00:1"
            })
    void theAdminListenerIsNeverReachedThroughSidekey(String host) {
        names.put("localhost", new ArrayDeque<>(List.of("127.0.0.1")));
        names.put("localhost.", new ArrayDeque<>(List.of("127.0.0.1")));
        assertRefused(DEFAULTS, true, host, ADMIN.port());
        names.put("me.test", new ArrayDeque<>(List.of("127.0.0.1")));
        assertRefused(DEFAULTS, true, "me.test", ADMIN.port());
    }

    @Test
    void aNameIsLookedUpOnceAndTheAddressThatWasJudgedIsConnectedTo() {
        names.put("rebind.test", new ArrayDeque<>(List.of("93.184.216.34", "169.254.169.254")));
        assertConnects(DEFAULTS, false, "rebind.test", "93.184.216.34");
        assertThat(lookups).isEqualTo(1);
        assertThat(RecordingChannel.ASKED).hasSize(1);
        RecordingChannel.ASKED.clear();
        assertRefused(DEFAULTS, false, "rebind.test", 443);
    }

    @Test
    void ofSeveralAddressesOnlyThoseAllowedAreTried() {
        names.put(
                "mixed.test", new ArrayDeque<>(List.of("169.254.169.254 10.0.0.1 93.184.216.34")));
        assertConnects(DEFAULTS, false, "mixed.test", "93.184.216.34");
        assertThat(RecordingChannel.ASKED).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com,443,true",
        "example.com,443,false",
        "evil-example.com,443,false",
        "api.example.com.evil.test,443,false",
        "plain.test,443,true",
        "sub.plain.test,443,false",
        "port.test,8443,true",
        "port.test,443,false",
        "any.test,2222,true",
        "net.test,443,true",
        "other.test,443,false"
    })
    void deniedUnlessListedByNamePatternPortOrNetwork(String host, int port, boolean passes) {
        var allow =
                List.of("*.example.com", "plain.test", "port.test:8443", "2222", "93.184.0.0/16");
        names.put(
                host,
                new ArrayDeque<>(List.of(host.equals("net.test") ? "93.184.216.34" : "1.2.3.4")));
        var failure = connect(lists(Unmatched.DENY, allow, List.of()), false, host, port);
        assertThat(failure.message().contains("recorded")).as(failure.message()).isEqualTo(passes);
        assertThat(RecordingChannel.ASKED.isEmpty()).isEqualTo(!passes);
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com,443",
        "plain.test,443",
        "port.test,8443",
        "any.test,25",
        "net.test,443",
        "93.184.216.34,443",
        "::ffff:93.184.216.34,443"
    })
    void whatIsInTheDenyListIsRefusedThoughItIsAllowedToo(String host, int port) {
        var deny = List.of("*.example.com", "plain.test", "port.test:8443", "25", "93.184.0.0/16");
        names.put(
                host,
                new ArrayDeque<>(List.of(host.equals("net.test") ? "93.184.216.34" : "1.2.3.4")));
        assertRefused(lists(Unmatched.TUNNEL, List.of("*", host), deny), true, host, port);
    }
}
