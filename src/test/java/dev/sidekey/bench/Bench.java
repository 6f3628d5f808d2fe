package dev.sidekey.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures all of it. Arguments: how many rounds, seconds of each slice, and the page that the
 * figures go into.
 */
final class Bench {
    private final Figures calls = new Figures();
    private final Figures secured = new Figures();
    private final Figures events = new Figures();
    private final Figures starts = new Figures();
    private final int rounds;
    private final Duration slice;

    private Bench(int rounds, Duration slice) {
        this.rounds = rounds;
        this.slice = slice;
    }

    public static void main(String[] arguments) throws Exception {
        var bench =
                new Bench(
                        Integer.parseInt(arguments[0]),
                        Duration.ofSeconds(Long.parseLong(arguments[1])));
        var directory = Path.of("target", "bench", Long.toString(System.currentTimeMillis()));
        Program.pin(ProcessHandle.current().pid(), Field.ONE);
        try (var field = new Field(Files.createDirectories(directory));
                var agents = new Connections()) {
            var sidekeys = new SidekeyPrograms(field);
            bench.run(field, agents, sidekeys);
            bench.report(field, Path.of(arguments[2]));
        }
    }

    private void run(Field field, Connections agents, SidekeyPrograms sidekeys) throws Exception {
        var peers = new Peers(field, sidekeys);
        var plain = new CallBench(agents, field, calls, slice);
        var tls = new CallBench(agents, field, secured, slice);
        var streams = new EventBench(agents, field, events, slice);
        var setups = new SetupBench(agents, field, calls);
        plain.warm(peers.plain());
        tls.warm(peers.secured());
        streams.round(streaming(peers), true);
        for (int i = 0; i < rounds; i++) {
            plain.round(peers.plain(), true);
            tls.round(peers.secured(), false);
            plain.paced(peers.plain());
            setups.round(peers.plain());
            streams.round(streaming(peers), false);
        }
        McpRemote.measure(field, calls, "mcp-remote, one at a time", slice);
        idle(streams, peers, sidekeys);
        starts(sidekeys);
    }

    /** All but roads that are the same once a stream is open. */
    private static List<Peer> streaming(Peers peers) {
        return peers.plain().stream().filter(one -> !one.name().contains("forward")).toList();
    }

    private void idle(EventBench streams, Peers peers, SidekeyPrograms sidekeys) throws Exception {
        var fresh = new ArrayList<Peer>();
        for (var memory : List.of("128m", "512m")) {
            var one = sidekeys.start("idle-" + memory, sidekeys.imageOptions(memory));
            fresh.add(new Peer("Sidekey in " + memory, one.program(), Way.to(one.port())));
        }
        int most = Descriptors.streams();
        streams.idle(fresh.get(0), 2_000);
        streams.idle(fresh.get(1), most);
        for (var peer : peers.plain()) {
            if (peer.program() != null && !peer.name().startsWith("Sidekey")) {
                streams.idle(peer, peer.name().equals("mitmproxy") ? 2_000 : most);
            }
        }
    }

    private void starts(SidekeyPrograms sidekeys) throws Exception {
        var start = new StartBench(sidekeys, starts);
        var cached = sidekeys.imageOptions("128m");
        var without = cached.stream().filter(one -> !one.contains("AOTCache")).toList();
        for (int i = 0; i < Math.max(3, rounds); i++) {
            start.round("with the AOT cache", cached);
            start.round("without", without);
        }
    }

    private void report(Field field, Path page) throws Exception {
        var report = new Report(page);
        report.say(Machine.line(rounds, slice));
        field.missing()
                .forEach(what -> report.say("\nNot measured, since it was not here: " + what));
        new Targets(report, calls, events, starts).write();
        new Tables(report).write(calls, secured, events, starts);
        report.write();
    }
}
