package dev.sidekey.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a call costs: processor time, how many go, and how long one takes at a fixed rate. */
final class CallBench {
    static final String ONE = "CPU, 1 connection";
    static final String MANY = "CPU, 32 connections";
    static final String LARGE = "CPU, 64 KiB";
    static final String RATE = "calls/s";
    static final String P50 = "p50";
    static final String P99 = "p99";
    static final String P999 = "p99.9";

    private static final int CONNECTIONS = 32;
    private static final int SMALL_BODY = 100;
    private static final int LARGE_BODY = 64 * 1024;
    private static final int PER_SECOND = 1000;
    private static final int MOST_WARMING = 20;
    private static final int SETTLED = 4;
    private static final Duration WARMING = Duration.ofSeconds(1);
    private static final double BETTER = 0.97;

    private final Connections agents;
    private final Slice slices;
    private final Figures figures;
    private final Duration time;

    CallBench(Connections agents, Field field, Figures figures, Duration time) {
        this.agents = agents;
        this.slices = new Slice(field);
        this.figures = figures;
        this.time = time;
    }

    /**
     * Until compilers have done what they can: a call costs no less than it did before. They may
     * have the other processor meanwhile, or else they are still at work when it is measured.
     */
    void warm(List<Peer> peers) throws Exception {
        for (var peer : peers) {
            if (peer.program() != null) {
                peer.program().pin(Field.BOTH);
            }
            warm(peer, 1, SMALL_BODY);
            warm(peer, CONNECTIONS, LARGE_BODY);
            warm(peer, CONNECTIONS, SMALL_BODY);
            if (peer.program() != null) {
                peer.program().pin(Field.ONE);
            }
        }
    }

    private void warm(Peer peer, int connections, int bytes) throws Exception {
        try (var load = new Load(agents, peer.way(), connections, bytes)) {
            var best = Double.MAX_VALUE;
            for (int i = 0, since = 0; i < MOST_WARMING && since < SETTLED; i++, since++) {
                var cost = slices.once(peer, () -> load.saturate(WARMING)).cpuMicros();
                if (cost < best * BETTER) {
                    best = cost;
                    since = 0;
                }
            }
            load.pace(PER_SECOND, Duration.ofSeconds(1));
        }
    }

    /** One round, in an order that is another one each time. */
    void round(List<Peer> peers, boolean all) throws Exception {
        var shuffled = new ArrayList<>(peers);
        Collections.shuffle(shuffled);
        for (var peer : shuffled) {
            if (all) {
                figures.add(peer.name(), ONE, saturate(peer, 1, SMALL_BODY).cpuMicros());
            }
            var many = saturate(peer, CONNECTIONS, SMALL_BODY);
            figures.add(peer.name(), MANY, many.cpuMicros());
            figures.add(peer.name(), RATE, many.done() / many.seconds());
            figures.add(peer.name(), LARGE, saturate(peer, CONNECTIONS, LARGE_BODY).cpuMicros());
        }
    }

    private Slice.Seen saturate(Peer peer, int connections, int bytes) throws Exception {
        try (var load = new Load(agents, peer.way(), connections, bytes)) {
            load.saturate(Duration.ofMillis(300));
            return slices.of(peer, () -> load.saturate(time));
        }
    }

    /** At a rate that all can serve, the proxy on a processor of its own. */
    void paced(List<Peer> peers) throws Exception {
        var shuffled = new ArrayList<>(peers);
        Collections.shuffle(shuffled);
        for (var peer : shuffled) {
            if (peer.program() != null) {
                peer.program().pin(Field.OTHER);
            }
            try (var load = new Load(agents, peer.way(), CONNECTIONS, SMALL_BODY)) {
                load.pace(PER_SECOND, Duration.ofSeconds(1));
                var nanos = load.pace(PER_SECOND, time.multipliedBy(2));
                figures.add(peer.name(), P50, Figures.percentile(nanos, 0.5) / 1e3);
                figures.add(peer.name(), P99, Figures.percentile(nanos, 0.99) / 1e3);
                figures.add(peer.name(), P999, Figures.percentile(nanos, 0.999) / 1e3);
            } finally {
                if (peer.program() != null) {
                    peer.program().pin(Field.ONE);
                }
            }
        }
    }
}
