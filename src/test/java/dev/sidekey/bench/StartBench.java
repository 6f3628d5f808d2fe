package dev.sidekey.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** From the start of a process to the first call that it answers with what the server said. */
final class StartBench {
    static final String WALL = "start";
    static final String CPU = "start, CPU";

    private final SidekeyPrograms sidekeys;
    private final Figures figures;

    StartBench(SidekeyPrograms sidekeys, Figures figures) {
        this.sidekeys = sidekeys;
        this.figures = figures;
    }

    /** On a state that holds the credential already, as after each restart. */
    void round(String row, List<String> options) throws Exception {
        var begin = System.nanoTime();
        var running = sidekeys.launch("image", options);
        try (var program = running.program()) {
            program.pin("0,1");
            while (!isAnswered(running.port())) {
                program.mustLive();
                TimeUnit.MILLISECONDS.sleep(1);
            }
            figures.add(row, WALL, (System.nanoTime() - begin) / 1e6);
            figures.add(row, CPU, program.cpuNanos() / 1e6);
        }
    }

    private static boolean isAnswered(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(Way.to(port).call(100));
            var head =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            if (!head.equals("HTTP/1.1 200")) {
                throw new IllegalStateException("answered " + head);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
