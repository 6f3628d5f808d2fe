package dev.sidekey.fakes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** A wire that a test can cut and slow: TCP to another loopback port. */
public final class CuttableProxy implements AutoCloseable {
    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> subscribed = ConcurrentHashMap.newKeySet();
    private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean cut;
    private volatile long delayMillis;
    private volatile Notices notices = Notices.PASS;

    /** What happens to what Redis publishes; commands and their answers go through all the same. */
    public enum Notices {
        PASS,
        /** They are lost, and nobody can tell. */
        DROPPED,
        /** Every connection that subscribes breaks. */
        CUT
    }

    private CuttableProxy(int target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
    }

    /** Starts one before a port. */
    public static CuttableProxy before(int target) {
        try {
            var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            var proxy = new CuttableProxy(target, listener);
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Breaks all connections and takes no new ones. */
    public void cut() {
        cut = true;
        sockets.forEach(CuttableProxy::close);
    }

    /** Changes what happens to notices from now on. */
    public void notices(Notices fate) {
        notices = fate;
        if (fate == Notices.CUT) {
            subscribed.forEach(CuttableProxy::close);
        }
    }

    /** Connections that stand stay open, and nobody is behind them; new ones work. */
    public void silence() {
        silent.addAll(sockets);
    }

    /** Lets everything through again, at once. */
    public void heal() {
        cut = false;
        notices = Notices.PASS;
        delayMillis = 0;
    }

    /** Holds each piece of data up, in both directions. */
    public void slow(long millis) {
        delayMillis = millis;
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                if (cut) {
                    close(client);
                    continue;
                }
                threads.execute(() -> connect(client));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void connect(Socket client) {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(client);
            sockets.add(server);
            threads.execute(() -> pump(client, server));
            pump(server, client);
        } catch (IOException e) {
            close(client);
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[16 * 1024];
            for (int read = in.read(buffer); read >= 0 && !cut; read = in.read(buffer)) {
                if (delayMillis > 0) {
                    LockSupport.parkNanos(delayMillis * 1_000_000);
                }
                var text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                if (text.contains("\r\nSUBSCRIBE\r\n")) {
                    subscribed.add(from);
                    if (notices == Notices.CUT) {
                        return;
                    }
                }
                if (silent.contains(from)) {
                    continue;
                }
                if (notices != Notices.DROPPED || !text.contains("$7\r\nmessage\r\n")) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException e) {
            // the other direction is closed as well
        } finally {
            sockets.remove(from);
            sockets.remove(to);
            subscribed.remove(from);
            silent.remove(from);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed enough
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
        threads.shutdownNow();
    }
}
