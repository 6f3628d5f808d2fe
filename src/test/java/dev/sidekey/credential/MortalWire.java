package dev.sidekey.credential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** A wire to an engine on which one command is let through so far and no farther. */
final class MortalWire implements AutoCloseable {
    private final int target;
    private final ServerSocket listener;
    private final ExecutorService threads;
    private volatile Step armed;
    private final CompletableFuture<Void> reached = new CompletableFuture<>();

    /** How far the next command and its answer get. */
    enum Step {
        NOT_SENT,
        HALF_SENT,
        NOT_ANSWERED,
        HALF_ANSWERED;

        /** Whether the engine has carried the command out. */
        boolean isDone() {
            return this == NOT_ANSWERED || this == HALF_ANSWERED;
        }
    }

    MortalWire(int target, ExecutorService threads) {
        this.target = target;
        this.threads = threads;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on; completes when the command has got that far. */
    CompletableFuture<Void> arm(Step step) {
        armed = step;
        return reached;
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                threads.execute(() -> pump(client, server, true));
                threads.execute(() -> pump(server, client, false));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void pump(Socket from, Socket to, boolean commands) {
        try (from;
                to) {
            var buffer = new byte[64 * 1024];
            var in = from.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                int passes = passes(read, commands);
                to.getOutputStream().write(buffer, 0, passes);
                if (passes < read) {
                    reached.complete(null);
                    // what came before has arrived; nothing follows
                    reached.join();
                    holdUntilClosed(from);
                    return;
                }
            }
        } catch (IOException e) {
            // the other direction is closed as well
        }
    }

    private int passes(int read, boolean commands) {
        return switch (armed) {
            case NOT_SENT -> commands ? 0 : read;
            case HALF_SENT -> commands ? read / 2 : read;
            case NOT_ANSWERED -> commands ? read : 0;
            case HALF_ANSWERED -> commands ? read : read / 2;
            case null -> read;
        };
    }

    private static void holdUntilClosed(Socket from) throws IOException {
        while (from.getInputStream().read() >= 0) {
            // more of the same that goes nowhere
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
