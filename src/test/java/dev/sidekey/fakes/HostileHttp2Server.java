package dev.sidekey.fakes;

import dev.sidekey.certificate.Leaf;
import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A loopback server that agrees on h2 and then does what the test says, connection by connection.
 */
public final class HostileHttp2Server implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final SSLServerSocket socket;
    private final Script script;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger connections = new AtomicInteger();

    /** Speaks on one connection, which ends with it. */
    @FunctionalInterface
    public interface Script {
        /**
         * Does it all.
         *
         * @param connection how many there were before
         */
        void speak(Http2Wire wire, int connection) throws Exception;
    }

    private HostileHttp2Server(SSLServerSocket socket, Script script) {
        this.socket = socket;
        this.script = script;
    }

    /** Starts one on a free port. */
    public static HostileHttp2Server start(Leaf leaf, Script script) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "leaf", leaf.key(), PASSWORD, leaf.chain().toArray(X509Certificate[]::new));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var socket =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        var server = new HostileHttp2Server(socket, script);
        server.threads.execute(server::accept);
        return server;
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** How many have come so far. */
    public int connections() {
        return connections.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var connection = (SSLSocket) socket.accept();
                threads.execute(() -> serve(connection, connections.getAndIncrement()));
            } catch (IOException e) {
                // closed: the loop ends
            }
        }
    }

    private void serve(SSLSocket connection, int number) {
        try (var wire = new Http2Wire(connection)) {
            script.speak(wire, number);
        } catch (Exception e) {
            // what Sidekey does to such a connection is up to the test
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
