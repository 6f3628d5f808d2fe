package dev.sidekey.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Asks {@code /healthz} on a bare socket. In a container this runs every half minute in a second
 * JVM beside Sidekey, within the same memory limit: every library that is loaded only to ask costs
 * megabytes. The image calls {@link #main}; {@code sidekey healthcheck} is the same question with
 * the whole configuration known.
 */
public final class HealthProbe {
    private static final int PATIENCE_MILLIS = 5000;
    private static final byte[] REQUEST =
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private HealthProbe() {}

    /** Ends with 0 while the Sidekey at {@code SIDEKEY_ADMIN_LISTEN} is well, else with 1. */
    public static void main(String[] arguments) {
        var address = System.getenv().getOrDefault("SIDEKEY_ADMIN_LISTEN", "127.0.0.1:7071");
        var colon = address.lastIndexOf(':');
        try {
            var port = Integer.parseInt(address.substring(colon + 1));
            var healthy = isHealthy(address.substring(0, Math.max(0, colon)), port);
            System.exit(healthy ? ExitStatus.OK : ExitStatus.FAILED);
        } catch (IOException | NumberFormatException e) {
            System.err.println("no Sidekey answers at " + address);
            System.exit(ExitStatus.FAILED);
        }
    }

    /**
     * Whether the Sidekey there says that it is well. Blocks, five seconds at most for each step.
     *
     * @param host where it listens; all addresses are asked on loopback
     * @throws IOException when nobody answers
     */
    static boolean isHealthy(String host, int port) throws IOException {
        var everywhere = host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
        var address = new InetSocketAddress(everywhere ? "127.0.0.1" : host, port);
        try (var socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(REQUEST);
            var status = socket.getInputStream().readNBytes(12);
            return new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        }
    }
}
