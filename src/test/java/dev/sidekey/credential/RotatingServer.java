package dev.sidekey.credential;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * The part of an authorization server that matters here: each refresh token is good once, and one
 * that is shown again revokes the whole family (RFC 9700 §4.14.2). Speaks one line each way.
 */
final class RotatingServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Executor executor;
    private final Set<String> shown = new HashSet<>();
    private String current = UUID.randomUUID().toString();
    private boolean revoked;

    RotatingServer(Executor executor) throws IOException {
        this.executor = executor;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        executor.execute(this::serve);
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized String current() {
        return current;
    }

    synchronized int rotations() {
        return shown.size();
    }

    synchronized boolean isRevoked() {
        return revoked;
    }

    private synchronized String rotate(String token) {
        if (!shown.add(token) || !token.equals(current)) {
            revoked = true;
        }
        current = revoked ? "revoked" : UUID.randomUUID().toString();
        return current;
    }

    private void serve() {
        try {
            while (true) {
                var socket = listener.accept();
                executor.execute(() -> answer(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void answer(Socket socket) {
        try (socket;
                var out = new PrintStream(socket.getOutputStream(), true, StandardCharsets.UTF_8);
                var in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8))) {
            out.println(rotate(in.readLine()));
        } catch (IOException died) {
            // the process at the other end was killed
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
