package dev.sidekey.bench;

import java.nio.charset.StandardCharsets;

/**
 * How an agent reaches the server: where it connects, whether it asks for a tunnel and TLS first,
 * and how its requests begin.
 *
 * @param port of the proxy, or of the server itself
 * @param tunnel authority to CONNECT to and to speak TLS with; null for none
 * @param target of the request line
 * @param host what the Host header says
 * @param extra further header lines, each with its end
 */
record Way(int port, String tunnel, String target, String host, String extra) {

    static Way to(int port) {
        return new Way(port, null, "/mcp", "127.0.0.1:" + port, "");
    }

    byte[] call(int bytes) {
        var body = BenchDocuments.call(bytes);
        return head("POST", "Content-Length: " + body.length() + "\r\n", body);
    }

    byte[] stream() {
        return head("GET", "", "");
    }

    private byte[] head(String method, String more, String body) {
        var head =
                """
                %s %s HTTP/1.1
                Host: %s
                Content-Type: application/json
                Accept: application/json, text/event-stream
                Mcp-Protocol-Version: 2025-06-18
                User-Agent: bench
                """
                        .formatted(method, target, host)
                        .replace("\n", "\r\n");
        return (head + more + extra + "\r\n" + body).getBytes(StandardCharsets.US_ASCII);
    }
}
