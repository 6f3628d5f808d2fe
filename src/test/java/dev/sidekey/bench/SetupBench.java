package dev.sidekey.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a connection costs that makes one call: some at a time, each anew. */
final class SetupBench {
    static final String CPU = "CPU, a connection with one call";
    static final String RATE = "connections/s";

    private static final int AT_A_TIME = 16;
    private static final Duration TIME = Duration.ofSeconds(1);

    private final Connections agents;
    private final Slice slices;
    private final Figures figures;

    SetupBench(Connections agents, Field field, Figures figures) {
        this.agents = agents;
        this.slices = new Slice(field);
        this.figures = figures;
    }

    void round(List<Peer> peers) throws Exception {
        var shuffled = new ArrayList<>(peers);
        Collections.shuffle(shuffled);
        for (var peer : shuffled) {
            try {
                measure(peer);
            } catch (IllegalStateException e) {
                // its table then has no such figure
                System.err.println("connections anew, " + peer.name() + ": " + e.getMessage());
            }
        }
    }

    private void measure(Peer peer) throws Exception {
        new Run(peer.way()).make();
        var seen = slices.of(peer, () -> new Run(peer.way()).make());
        figures.add(peer.name(), CPU, seen.cpuMicros());
        figures.add(peer.name(), RATE, seen.done() / seen.seconds());
    }

    /** Confined to the loop, but for its begin and its end. */
    private final class Run {
        private final Way way;
        private final byte[] request;
        private final long until = System.nanoTime() + TIME.toNanos();
        private int open;
        private long done;

        Run(Way way) {
            this.way = way;
            this.request = way.call(100);
        }

        long make() throws Exception {
            agents.loop()
                    .submit(() -> Collections.nCopies(AT_A_TIME, this).forEach(Run::next))
                    .get();
            TimeUnit.NANOSECONDS.sleep(TIME.toNanos());
            while (agents.loop().submit(() -> open).get() > 0) {
                Failures.check();
                TimeUnit.MILLISECONDS.sleep(1);
            }
            return agents.loop().submit(() -> done).get();
        }

        private void next() {
            if (System.nanoTime() < until) {
                open++;
                agents.open(way, () -> new Caller(request, new Once()::onIdle))
                        .addListener(opened -> {
                            if (!opened.isSuccess()) {
                                Failures.count(opened.cause());
                            }
                        });
            }
        }

        /** One connection: idle once it is there, and again once it is answered. */
        private final class Once {
            private boolean asked;

            void onIdle(Caller caller) {
                if (!asked) {
                    asked = true;
                    caller.call();
                } else {
                    caller.close();
                    open--;
                    done++;
                    next();
                }
            }
        }
    }
}
