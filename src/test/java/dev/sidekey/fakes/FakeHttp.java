package dev.sidekey.fakes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A loopback HTTP server on plain sockets that remembers what it was asked. */
public final class FakeHttp implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    private final ServerSocket server;
    private final Handler handler;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** One request: what tests look at. */
    public record Asked(
            String method, String path, Map<String, List<String>> headers, String body) {
        /** The body read as a form. */
        public Map<String, String> form() {
            return parse(body);
        }

        /** The first value of a header, or the empty string. */
        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().getFirst())
                    .findFirst()
                    .orElse("");
        }
    }

    /** An answer. */
    public record Answer(int status, String contentType, String body, Map<String, String> headers) {
        /** A JSON answer. */
        public static Answer json(int status, Map<String, ?> body) {
            try {
                return new Answer(
                        status, "application/json", JSON.writeValueAsString(body), Map.of());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** An answer without much to say. */
        public static Answer text(int status, String body) {
            return new Answer(status, "text/plain", body, Map.of());
        }

        /** The same with one header more. */
        public Answer with(String name, String value) {
            var all = new LinkedHashMap<>(headers);
            all.put(name, value);
            return new Answer(status, contentType, body, all);
        }
    }

    /** Answers requests, on a virtual thread each. */
    @FunctionalInterface
    public interface Handler {
        Answer answer(Asked asked) throws Exception;
    }

    private FakeHttp(ServerSocket server, Handler handler) {
        this.server = server;
        this.handler = handler;
    }

    /** Starts a server on a free loopback port. */
    public static FakeHttp start(Handler handler) {
        return start(0, handler);
    }

    /** Starts a server on a loopback port. */
    public static FakeHttp start(int port, Handler handler) {
        try {
            var server = new ServerSocket(port, 1000, InetAddress.getLoopbackAddress());
            var fake = new FakeHttp(server, handler);
            fake.threads.execute(fake::accept);
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts one behind TLS on a free loopback port. It asks for a client certificate; a request
     * that came with one has its subject in the header {@code x-peer}.
     */
    public static FakeHttp startTls(SSLContext tls, Handler handler) {
        try {
            var sockets = tls.getServerSocketFactory();
            var loopback = InetAddress.getLoopbackAddress();
            var server = (SSLServerSocket) sockets.createServerSocket(0, 1000, loopback);
            server.setWantClientAuth(true);
            var fake = new FakeHttp(server, handler);
            fake.threads.execute(fake::accept);
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var connection = server.accept();
                connections.add(connection);
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var in = new BufferedInputStream(connection.getInputStream());
            // an answer goes out in one piece
            var out = new BufferedOutputStream(connection.getOutputStream(), 64 * 1024);
            connection.setTcpNoDelay(true);
            while (true) {
                var one = read(in);
                if (one == null) {
                    return;
                }
                if (connection instanceof SSLSocket tls) {
                    one.headers().put("x-peer", List.of(peer(tls)));
                }
                asked.add(one);
                write(out, one.method(), handler.answer(one));
            }
        } catch (IOException e) {
            // the client is gone
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            connections.remove(connection);
        }
    }

    private static String peer(SSLSocket tls) {
        try {
            return tls.getSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "";
        }
    }

    private static @Nullable Asked read(InputStream in) throws IOException {
        var requestLine = line(in);
        if (requestLine.isEmpty()) {
            return null;
        }
        var headers = new LinkedHashMap<String, List<String>>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            var parts = line.split(":", 2);
            headers.computeIfAbsent(parts[0].strip(), _ -> new ArrayList<>()).add(parts[1].strip());
        }
        var words = requestLine.split(" ", -1);
        var head = new Asked(words[0], words[1], headers, "");
        return new Asked(words[0], words[1], headers, body(in, head));
    }

    private static String body(InputStream in, Asked head) throws IOException {
        if (!head.header("transfer-encoding").equalsIgnoreCase("chunked")) {
            var length = head.header("content-length");
            var bytes = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
            return new String(bytes, StandardCharsets.UTF_8);
        }
        var body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line(in).split(";", 2)[0], 16);
            body.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
            line(in);
            if (size == 0) {
                return body.toString();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static void write(OutputStream out, String method, Answer answer) throws IOException {
        var body = answer.body().getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder("HTTP/1.1 " + answer.status() + " Fake\r\n");
        head.append("Content-Type: ").append(answer.contentType()).append("\r\n");
        answer.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (!method.equals("HEAD")) {
            out.write(body);
        }
        out.flush();
    }

    /** {@code http://127.0.0.1:PORT}, or https. */
    public String url() {
        var scheme = server instanceof SSLServerSocket ? "https" : "http";
        return scheme + "://127.0.0.1:" + server.getLocalPort();
    }

    /** All requests so far. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** All requests so far for a path, without its query. */
    public List<Asked> asked(String path) {
        return asked.stream().filter(one -> one.path().split("\\?", 2)[0].equals(path)).toList();
    }

    /** Reads a form or a query. */
    public static Map<String, String> parse(String form) {
        var values = new LinkedHashMap<String, String>();
        for (var pair : form.split("&", -1)) {
            var parts = pair.split("=", 2);
            if (parts.length == 2) {
                values.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
