package dev.sidekey.cli;

import dev.sidekey.config.HostPort;
import dev.sidekey.config.SidekeyConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Who finishes the logins of a run. The callback stays at {@code public-url}, which authorization
 * servers know: this process if the address is free, else the Sidekey that has it, if that one runs
 * on the same state directory and so finds the login there.
 */
enum Callback {
    OWN,
    OTHERS;

    /** A process that has its address may need a moment to say so in its run file. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /**
     * Finds out.
     *
     * @throws IOException when a stranger has the address
     */
    static Callback find(SidekeyConfig config) throws IOException, InterruptedException {
        var address = config.adminListen();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            if (isFree(address)) {
                return OWN;
            }
            var running = RunFile.read(config.stateDir());
            if (running != null && running.port() == address.port() && answers(config, running)) {
                return shared(config, address);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        } while (System.nanoTime() < deadline);
        throw new IOException(
                ("%s is in use by another program, and logins come back there (%s). Name another"
                                + " place with --public-url http://127.0.0.1:PORT")
                        .formatted(address, config.publicUrl()));
    }

    private static Callback shared(SidekeyConfig config, HostPort address) throws IOException {
        if (!config.store().type().equals("memory")) {
            return OTHERS;
        }
        throw new IOException(
                ("the Sidekey that runs at %s cannot finish this one's logins, since store.type is"
                                + " memory. Name another place with --public-url"
                                + " http://127.0.0.1:PORT, or use the file store")
                        .formatted(address));
    }

    private static boolean answers(SidekeyConfig config, HostPort running)
            throws InterruptedException {
        try {
            return new AdminClient(running, config.adminToken()).isHealthy();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isFree(HostPort address) throws IOException {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address.host(), address.port()));
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    /** An address of loopback that nobody has now. */
    static HostPort free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return new HostPort("127.0.0.1", socket.getLocalPort());
        }
    }
}
