package dev.sidekey.credential;

import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Whether an address speaks TLS where {@code store.url} says that it does not, or the other way
 * round: what Lettuce sees of that may be a reset or nothing at all, as from an engine that is
 * down. Asked with a handshake that is broken off, or a PING; no secret is sent. Blocks.
 */
final class RedisProbe {
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

    private RedisProbe() {}

    /**
     * Whether it is sure that the other form of the scheme is right.
     *
     * @param timeout of the connection, and of each answer
     */
    static boolean speaksOtherwise(RedisURI node, Duration timeout) {
        var millis = (int) Math.max(1, timeout.toMillis());
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.getHost(), node.getPort()), millis);
            socket.setSoTimeout(millis);
            return node.isSsl() ? answersInPlain(socket) : showsCertificate(socket, node.getHost());
        } catch (IOException e) {
            return false; // nobody there, or nobody who answers
        }
    }

    /** A status or an error is how Redis answers, with a password or without. */
    private static boolean answersInPlain(Socket socket) throws IOException {
        socket.getOutputStream().write(PING);
        int first = socket.getInputStream().read();
        return first == '+' || first == '-';
    }

    private static boolean showsCertificate(Socket socket, String host) {
        var shown = new AtomicBoolean();
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Witness(shown)}, null);
            var sockets = context.getSocketFactory();
            try (var tls = (SSLSocket) sockets.createSocket(socket, host, socket.getPort(), true)) {
                tls.startHandshake();
            }
        } catch (IOException e) {
            return shown.get();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
        return shown.get();
    }

    /** Trusts nobody, and notes that there was somebody not to trust. */
    private record Witness(AtomicBoolean shown) implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            throw new CertificateException("no client is expected");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            shown.set(true);
            throw new CertificateException("seen enough");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
