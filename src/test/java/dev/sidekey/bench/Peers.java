package dev.sidekey.bench;

import java.util.ArrayList;
import java.util.List;

/** Who is compared, each tuned as one who knows it would; their configurations are resources. */
final class Peers {
    private final Field field;
    private final SidekeyPrograms sidekeys;
    private final List<Peer> plain = new ArrayList<>();
    private final List<Peer> secured = new ArrayList<>();

    Peers(Field field, SidekeyPrograms sidekeys) throws Exception {
        this.field = field;
        this.sidekeys = sidekeys;
        plain.add(new Peer("no proxy", null, direct()));
        nginx();
        haproxy();
        sidekey();
        mitmproxy();
    }

    private Way direct() {
        var bearer = "Authorization: Bearer " + BenchUpstream.TOKEN + "\r\n";
        var way = Way.to(field.port("PLAIN"));
        return new Way(way.port(), null, way.target(), way.host(), bearer);
    }

    private void nginx() throws Exception {
        if (field.has("nginx", "package nginx-light")) {
            int port = field.newPort("NGINX");
            int tls = field.newPort("NGINX_TLS");
            var file = field.write("nginx.conf");
            var program =
                    field.start("nginx", List.of("nginx", "-e", "stderr", "-c", file.toString()));
            field.awaitPort(port);
            plain.add(new Peer("nginx", program, Way.to(port)));
            secured.add(new Peer("nginx, HTTP/1.1", program, Way.to(tls)));
        }
    }

    private void haproxy() throws Exception {
        if (field.has("haproxy", "package haproxy")) {
            int port = field.newPort("HAPROXY");
            int tls = field.newPort("HAPROXY_TLS");
            int http2 = field.newPort("HAPROXY_TLS_2");
            var file = field.write("haproxy.cfg");
            var program = field.start("haproxy", List.of("haproxy", "-db", "-f", file.toString()));
            field.awaitPort(port);
            plain.add(new Peer("HAProxy", program, Way.to(port)));
            secured.add(new Peer("HAProxy, HTTP/1.1", program, Way.to(tls)));
            secured.add(new Peer("HAProxy, HTTP/2", program, Way.to(http2)));
        }
    }

    private void mitmproxy() throws Exception {
        if (field.has("mitmdump", "package mitmproxy")) {
            int port = field.newPort("MITMPROXY");
            var addon = field.write("addon.py");
            var command = new ArrayList<>(List.of("mitmdump", "--quiet", "--script"));
            command.addAll(List.of(addon.toString(), "--listen-host", "127.0.0.1"));
            command.addAll(List.of("--set", "confdir=" + field.directory().resolve("mitmproxy")));
            command.addAll(List.of("--listen-port", Integer.toString(port), "--mode"));
            command.add("reverse:http://127.0.0.1:" + field.port("PLAIN"));
            var program = field.start("mitmproxy", command);
            field.awaitPort(port);
            plain.add(new Peer("mitmproxy", program, Way.to(port)));
        }
    }

    private void sidekey() throws Exception {
        var image = sidekeys.start("image", sidekeys.imageOptions("128m"));
        int port = image.port();
        int server = field.port("PLAIN");
        var absolute = "http://127.0.0.1:" + server + "/mcp";
        var host = Field.HOST + ":" + field.port("TLS");
        plain.add(new Peer("Sidekey", image.program(), Way.to(port)));
        plain.add(
                new Peer(
                        "Sidekey, forward",
                        image.program(),
                        new Way(port, null, absolute, "127.0.0.1:" + server, "")));
        var full = sidekeys.start("full", sidekeys.fullOptions());
        plain.add(new Peer("Sidekey, both compilers", full.program(), Way.to(full.port())));
        secured.add(new Peer("Sidekey, HTTP/1.1", image.program(), at(port, "/tls")));
        secured.add(new Peer("Sidekey, HTTP/2", image.program(), at(port, "/tls2")));
        secured.add(
                new Peer(
                        "Sidekey, intercepted",
                        image.program(),
                        new Way(port, host, "/mcp", host, "")));
        secured.add(
                new Peer(
                        "Sidekey, both compilers, HTTP/1.1",
                        full.program(),
                        at(full.port(), "/tls")));
    }

    private static Way at(int port, String path) {
        return new Way(port, null, path, "127.0.0.1:" + port, "");
    }

    /** Before a server without TLS. */
    List<Peer> plain() {
        return plain;
    }

    /** Before a server with TLS. */
    List<Peer> secured() {
        return secured;
    }
}
