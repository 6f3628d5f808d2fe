package dev.sidekey.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What event streams cost: processor time an event, how late it comes, and memory a stream. */
final class EventBench {
    static final String FEW = "CPU, 100 streams";
    static final String MANY = "CPU, 1,000 streams";
    static final String P50 = "event p50";
    static final String P99 = "event p99";
    static final String EVENTS = "events/s";
    static final String IDLE = "RSS idle";
    static final String OWN = "of its own, idle";
    static final String OWN_THOUSAND = "of its own, 1,000 streams";
    static final String THOUSAND = "RSS, 1,000 streams";
    static final String FURTHER = "each further stream";

    private static final double MIB = 1 << 20;

    private final Connections agents;
    private final Field field;
    private final Slice slices;
    private final Figures figures;
    private final Duration time;

    EventBench(Connections agents, Field field, Figures figures, Duration time) {
        this.agents = agents;
        this.field = field;
        this.slices = new Slice(field);
        this.figures = figures;
        this.time = time;
    }

    void round(List<Peer> peers, boolean warm) throws Exception {
        for (var peer : peers) {
            try (var streams = new Listeners(agents)) {
                streams.open(peer.way(), 100);
                tell(warm ? 20_000 : 5_000);
                if (warm) {
                    TimeUnit.NANOSECONDS.sleep(time.toNanos());
                    continue;
                }
                figures.add(peer.name(), FEW, measure(peer, streams).cpuMicros());
                streams.open(peer.way(), 900);
                figures.add(peer.name(), MANY, measure(peer, streams).cpuMicros());
                var delays = streams.delays();
                figures.add(peer.name(), P50, Figures.percentile(delays, 0.5) / 1e3);
                figures.add(peer.name(), P99, Figures.percentile(delays, 0.99) / 1e3);
                tell(100_000);
                var most = measure(peer, streams);
                figures.add(peer.name(), EVENTS, most.done() / most.seconds());
            } finally {
                tell(0);
            }
        }
    }

    private Slice.Seen measure(Peer peer, Listeners streams) throws Exception {
        return slices.of(
                peer,
                () -> {
                    streams.delays();
                    TimeUnit.NANOSECONDS.sleep(time.toNanos());
                    return streams.count();
                });
    }

    /** Memory with streams on which nothing comes; the first thousand, and then by each. */
    void idle(Peer peer, int most) throws Exception {
        var none = peer.program().memory();
        figures.add(peer.name(), IDLE, none.resident() / MIB);
        figures.add(peer.name(), OWN, none.anonymous() / MIB);
        try (var streams = new Listeners(agents)) {
            streams.open(peer.way(), 1000);
            var first = peer.program().memory();
            figures.add(peer.name(), THOUSAND, first.resident() / MIB);
            figures.add(peer.name(), OWN_THOUSAND, first.anonymous() / MIB);
            streams.open(peer.way(), most - 1000);
            var all = peer.program().memory().resident() - first.resident();
            figures.add(peer.name(), FURTHER, all / 1024.0 / (most - 1000));
        }
    }

    private void tell(int perSecond) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var url = "http://127.0.0.1:" + field.port("PLAIN") + "/tell/" + perSecond;
            http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding());
        }
    }
}
