package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.text;
import static dev.sidekey.credential.Opened.value;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A process that renews one refresh token again and again, as the authorization room does: lease,
 * read again, ask, store under the fence.
 */
final class RotatingProcess {
    private RotatingProcess() {}

    /**
     * Arguments: type of the store, state directory, port of the authorization server, how many
     * rotations.
     */
    public static void main(String[] arguments) throws IOException {
        var port = Integer.parseInt(arguments[2]);
        var rotations = Integer.parseInt(arguments[3]);
        try (var store =
                CredentialStores.open(
                        Opened.config(arguments[0], Path.of(arguments[1])),
                        Path.of(arguments[1]),
                        InstantSource.system(),
                        Runnable::run)) {
            System.out.println("ready");
            System.in.read();
            for (int done = 0; done < rotations; ) {
                done += rotate(store, port) ? 1 : 0;
            }
        }
        System.out.println("done");
    }

    private static boolean rotate(CredentialStore store, int port) throws IOException {
        var lease = store.acquire("refresh", Duration.ofSeconds(30));
        if (lease == null) {
            Thread.onSpinWait();
            return false;
        }
        try {
            var stored = store.load(key("credential"));
            var next = ask(port, text(stored));
            var saved =
                    store.compareAndReplace(
                            key("credential"), stored.version(), value(next), null, lease);
            if (saved == null) {
                throw new IllegalStateException("a rotated token was lost");
            }
            return true;
        } finally {
            store.release(lease);
        }
    }

    private static String ask(int port, String token) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                var out = new PrintStream(socket.getOutputStream(), true, StandardCharsets.UTF_8);
                var in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8))) {
            out.println(token);
            return in.readLine();
        }
    }
}
