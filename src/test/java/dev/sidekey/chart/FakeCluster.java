package dev.sidekey.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/**
 * As much of a Kubernetes API as Helm asks when it upgrades: which kinds there are, the release
 * that stands, and its Secrets. What Helm changes is noted, and not done.
 */
final class FakeCluster implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SECRETS = "/api/v1/namespaces/agents/secrets";

    /** Kinds are named in the plural first. */
    private static final Map<String, String> ABOUT =
            Map.of(
                    "/version",
                    "{'major': '1', 'minor': '34', 'gitVersion': 'v1.34.0'}",
                    "/api",
                    "{'kind': 'APIVersions', 'versions': ['v1']}",
                    "/apis",
                    """
                    {'kind': 'APIGroupList', 'groups': [{'name': 'apps',
                      'versions': [{'groupVersion': 'apps/v1', 'version': 'v1'}],
                      'preferredVersion': {'groupVersion': 'apps/v1', 'version': 'v1'}}]}
                    """,
                    "/api/v1",
                    """
                    {'kind': 'APIResourceList', 'groupVersion': 'v1', 'resources': [
                      {'name': 'configmaps', 'kind': 'ConfigMap', 'namespaced': true},
                      {'name': 'persistentvolumeclaims', 'kind': 'PersistentVolumeClaim', 'namespaced': true},
                      {'name': 'secrets', 'kind': 'Secret', 'namespaced': true},
                      {'name': 'serviceaccounts', 'kind': 'ServiceAccount', 'namespaced': true},
                      {'name': 'services', 'kind': 'Service', 'namespaced': true}]}
                    """,
                    "/apis/apps/v1",
                    """
                    {'kind': 'APIResourceList', 'groupVersion': 'apps/v1', 'resources': [
                      {'name': 'deployments', 'kind': 'Deployment', 'namespaced': true}]}
                    """);

    private final HttpServer server;
    private final Map<String, JsonNode> objects = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> changes = new ConcurrentHashMap<>();

    /** With a release {@code tools} in the namespace {@code agents}, as an installation left it. */
    FakeCluster() throws IOException {
        ABOUT.forEach((path, text) -> objects.put(path, json(text)));
        objects.put(SECRETS, releases());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Puts in a Secret of the release. */
    void secret(String name, String key, String value) {
        var secret =
                json(
                        """
                        {'kind': 'Secret', 'apiVersion': 'v1', 'metadata': {'namespace': 'agents',
                          'labels': {'app.kubernetes.io/managed-by': 'Helm'},
                          'annotations': {'meta.helm.sh/release-name': 'tools', 'meta.helm.sh/release-namespace': 'agents'}}}
                        """);
        secret.withObject("/metadata").put("name", name);
        secret.withObject("/data").put(key, base64(value.getBytes(StandardCharsets.UTF_8)));
        objects.put(SECRETS + "/" + name, secret);
    }

    /** What Helm changed of a Secret that is there. */
    JsonNode change(String secret) {
        return changes.getOrDefault(SECRETS + "/" + secret, JSON.missingNode());
    }

    /** What a client needs to know of it. */
    String kubeConfig() {
        return """
        apiVersion: v1
        kind: Config
        clusters: [{ name: fake, cluster: { server: "http://127.0.0.1:%d" } }]
        users: [{ name: nobody, user: {} }]
        contexts: [{ name: fake, context: { cluster: fake, user: nobody } }]
        current-context: fake
        """
                .formatted(server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var known = objects.get(path);
        var sent = exchange.getRequestBody().readAllBytes();
        switch (exchange.getRequestMethod()) {
            case "GET" ->
                    send(exchange, known == null ? 404 : 200, bytes(known), "application/json");
            case "PATCH" -> {
                changes.put(path, JSON.readTree(sent));
                send(exchange, 200, bytes(known), "application/json");
            }
            // as it came: Helm writes its releases in protobuf
            default ->
                    send(
                            exchange,
                            200,
                            sent,
                            exchange.getRequestHeaders().getFirst("Content-Type"));
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body, String type)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static byte[] bytes(JsonNode object) throws IOException {
        var missing = "{'kind': 'Status', 'status': 'Failure', 'reason': 'NotFound', 'code': 404}";
        return JSON.writeValueAsBytes(object == null ? json(missing) : object);
    }

    /** How Helm keeps a release: a Secret of JSON, compressed, in base64 twice. */
    private static JsonNode releases() throws IOException {
        var release =
                json(
                        """
                        {'name': 'tools', 'namespace': 'agents', 'version': 1, 'info': {'status': 'deployed'}, 'manifest': '',
                          'chart': {'metadata': {'name': 'sidekey', 'version': '0.0.1', 'apiVersion': 'v2'}}}
                        """);
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(JSON.writeValueAsBytes(release));
        }
        var once = base64(packed.toByteArray());
        var list =
                json(
                        """
                        {'kind': 'SecretList', 'apiVersion': 'v1', 'items': [{'metadata': {'name': 'sh.helm.release.v1.tools.v1',
                          'labels': {'owner': 'helm', 'name': 'tools', 'status': 'deployed', 'version': '1'}}}]}
                        """);
        var item = (ObjectNode) list.at("/items/0");
        item.withObject("/data").put("release", base64(once.getBytes(StandardCharsets.US_ASCII)));
        return list;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
