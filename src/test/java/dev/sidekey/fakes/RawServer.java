package dev.sidekey.fakes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A loopback server whose every byte the test says. */
public final class RawServer implements AutoCloseable {
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    /** Serves one connection. */
    @FunctionalInterface
    public interface Script {
        void run(Connection connection) throws Exception;
    }

    /** One connection, with the two things scripts do. */
    public record Connection(Socket socket, int number) {
        /** Reads to the end of a request's head and its body, and returns all of it. */
        public String readRequest() throws IOException {
            var in = socket.getInputStream();
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    return "";
                }
                head.append((char) c);
            }
            return head + body(in, head.toString());
        }

        private static String body(InputStream in, String head) throws IOException {
            for (var line : head.lines().toList()) {
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    int length = Integer.parseInt(line.substring(15).strip());
                    return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
                }
            }
            return "";
        }

        /** Writes and flushes. */
        public void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        /** Ends the connection with a reset. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private RawServer(ServerSocket server) {
        this.server = server;
    }

    /** Starts one on a free port. */
    public static RawServer start(Script script) {
        try {
            var raw = new RawServer(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
            raw.threads.execute(() -> raw.accept(script));
            return raw;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(Script script) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                int number = accepted.incrementAndGet();
                threads.execute(() -> serve(script, new Connection(socket, number)));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Script script, Connection connection) {
        try (var _ = connection.socket()) {
            script.run(connection);
        } catch (Exception e) {
            // the other side is gone, or the script meant it so
        } finally {
            open.remove(connection.socket());
        }
    }

    /** {@code http://127.0.0.1:PORT}. */
    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** The port alone. */
    public int port() {
        return server.getLocalPort();
    }

    /** How many connections there have been. */
    public int accepted() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
