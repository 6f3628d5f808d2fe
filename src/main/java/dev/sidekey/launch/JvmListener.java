package dev.sidekey.launch;

import dev.sidekey.config.HostPort;
import dev.sidekey.oauth.Secret;
import dev.sidekey.threads.VirtualThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A second way to Sidekey's listener, for JVMs: the JDK's own HTTP client can show a proxy no
 * password. Who comes this way is known by the kernel instead: only processes of the command are
 * let in, and the password is added for them. Everything else is passed on as it is.
 */
public final class JvmListener implements AutoCloseable {
    private static final int LONGEST_HEAD = 64 * 1024;

    /** Nobody waits longer with the first line than this. */
    private static final int HEAD_MILLIS = 30_000;

    private final ServerSocket server;
    private final HostPort listener;
    private final String header;
    private final ExecutorService threads = VirtualThreads.named("jvm");

    private JvmListener(ServerSocket server, HostPort listener, Secret userAndPassword) {
        this.server = server;
        this.listener = listener;
        var bytes = userAndPassword.reveal().getBytes(StandardCharsets.UTF_8);
        this.header =
                "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(bytes) + "\r\n";
    }

    /**
     * Binds one to a free port of loopback; it accepts nobody yet.
     *
     * @param listener Sidekey's, on loopback
     * @param userAndPassword what it asks for; null for nothing
     * @return null where it is not needed, or where the system does not tell who asks
     */
    public static @Nullable JvmListener bind(HostPort listener, @Nullable Secret userAndPassword)
            throws IOException {
        if (userAndPassword == null || !Peers.areKnown()) {
            return null;
        }
        var server = new ServerSocket(0, 128, InetAddress.ofLiteral("127.0.0.1"));
        return new JvmListener(server, listener, userAndPassword);
    }

    /** Where JVMs find it. */
    public HostPort address() {
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    /** Lets in the processes of a command, from now on and until it is closed. */
    public void serve(ProcessHandle command) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    var client = server.accept();
                    threads.execute(() -> serve(client, command));
                } catch (IOException e) {
                    // closed, or a client that is gone already
                }
            }
        });
    }

    private void serve(Socket client, ProcessHandle command) {
        try (client;
                var sidekey = new Socket()) {
            var peer = (InetSocketAddress) client.getRemoteSocketAddress();
            var own = (InetSocketAddress) client.getLocalSocketAddress();
            if (!Peers.isWithin(command, peer, own)) {
                return;
            }
            client.setSoTimeout(HEAD_MILLIS);
            var head = withPassword(client.getInputStream());
            client.setSoTimeout(0);
            client.setTcpNoDelay(true);
            sidekey.setTcpNoDelay(true);
            sidekey.connect(new InetSocketAddress(listener.host(), listener.port()));
            sidekey.getOutputStream().write(head);
            var back = CompletableFuture.runAsync(() -> pass(sidekey, client), threads);
            pass(client, sidekey);
            back.join();
        } catch (IOException e) {
            // either end is gone, and the other one learns it
        }
    }

    /** The first request's head, with the password in it. */
    private byte[] withPassword(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int seen = 0;
        while (seen < 4 && head.size() < LONGEST_HEAD) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
            seen = next == "\r\n\r\n".charAt(seen) ? seen + 1 : next == '\r' ? 1 : 0;
        }
        var text = head.toString(StandardCharsets.ISO_8859_1);
        var line = text.indexOf("\r\n") + 2;
        // one password, one request: a tunnel is one, and others take a new connection each
        var closing = text.startsWith("CONNECT ") ? "" : "Connection: close\r\n";
        return (text.substring(0, line) + header + closing + text.substring(line))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Carries bytes one way to their end, and tells the receiver of it. */
    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // the other direction ends by itself
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
