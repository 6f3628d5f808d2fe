package dev.sidekey.fakes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client whose every byte the test says. */
public final class RawClient implements AutoCloseable {
    private final Socket socket;

    /** Connects to a loopback port. */
    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
    }

    /** Asks for a tunnel; returns the head of the answer. */
    public String connect(String authority) throws IOException {
        write("CONNECT " + authority + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return readHead();
    }

    /** The connection itself. */
    public Socket socket() {
        return socket;
    }

    /** Writes characters as bytes. */
    public void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Reads to the empty line. */
    public String readHead() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = socket.getInputStream().read();
            if (c < 0) {
                return head.toString();
            }
            head.append((char) c);
        }
        return head.toString();
    }

    /** Reads exactly so many bytes, or what there is before the end. */
    public String read(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Reads to the end of the connection. */
    public String readAll() throws IOException {
        var all = new ByteArrayOutputStream();
        socket.getInputStream().transferTo(all);
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
