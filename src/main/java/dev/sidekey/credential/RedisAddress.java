package dev.sidekey.credential;

import dev.sidekey.config.StoreConfig;
import dev.sidekey.oauth.Secret;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where {@code store.url} leads: one server, the master that Sentinels name, or a Cluster.
 *
 * @param nodes one for a server or for Sentinels, the seeds for a Cluster; each holds the password
 * @param kind what answers there
 * @param shown for messages: no user, no password
 */
record RedisAddress(List<RedisURI> nodes, Kind kind, String shown) {
    private static final Pattern CLUSTER =
            Pattern.compile("redis(s?)-cluster://([^/@]*@)?([^/?#@]+)/?");
    private static final String FORMS =
            "redis://[USER:PASSWORD@]HOST:PORT[/DATABASE],"
                    + " redis-sentinel://HOST:PORT,HOST:PORT/DATABASE#MASTER or"
                    + " redis-cluster://HOST:PORT,HOST:PORT; over TLS rediss://,"
                    + " rediss-sentinel:// or rediss-cluster://";

    /** What answers at the address. */
    enum Kind {
        SERVER,
        SENTINEL,
        CLUSTER
    }

    /** The address that is configured, with what its Sentinels ask for. */
    static RedisAddress of(StoreConfig config) {
        var url = Objects.requireNonNull(config.url(), "checked by ConfigChecks");
        var address = parse(url, config.timeout());
        var password = config.sentinelPassword();
        if (password != null) {
            var user = config.sentinelUser();
            var known = RedisCredentials.just(user, password.reveal().toCharArray());
            for (var sentinel : address.nodes.getFirst().getSentinels()) {
                sentinel.setCredentialsProvider(new StaticCredentialsProvider(known));
            }
        }
        return address;
    }

    /**
     * Reads the setting.
     *
     * @param timeout of each command and connection
     * @throws StoreException when it is no such address; the message does not quote it
     */
    static RedisAddress parse(Secret url, Duration timeout) {
        try {
            var text = url.reveal().strip();
            var cluster = CLUSTER.matcher(text);
            if (cluster.matches()) {
                var nodes = new ArrayList<RedisURI>();
                var user = cluster.group(2) == null ? "" : cluster.group(2);
                for (var place : cluster.group(3).split(",", -1)) {
                    nodes.add(node("redis" + cluster.group(1) + "://" + user + place, timeout));
                }
                return new RedisAddress(nodes, Kind.CLUSTER, withoutUser(text));
            }
            var node = node(text, timeout);
            var kind = node.getSentinels().isEmpty() ? Kind.SERVER : Kind.SENTINEL;
            return new RedisAddress(List.of(node), kind, withoutUser(text));
        } catch (IllegalArgumentException e) {
            // the cause quotes the address, and with it the password
            throw new StoreException("store.url is no address: write " + FORMS, null);
        }
    }

    /** What is connected to first: the Sentinels, where there are some. */
    List<RedisURI> places() {
        return kind == Kind.SENTINEL ? nodes.getFirst().getSentinels() : nodes;
    }

    /** The scheme with TLS for one without, and the other way round. */
    String otherScheme() {
        var scheme = shown.substring(0, shown.indexOf("://") + 3);
        return scheme.startsWith("rediss")
                ? scheme.replaceFirst("rediss", "redis")
                : scheme.replaceFirst("redis", "rediss");
    }

    private static RedisURI node(String url, Duration timeout) {
        var node = RedisURI.create(url);
        // Lettuce leaves the Sentinels of rediss-sentinel:// without TLS
        node.setSsl(node.isSsl());
        node.setTimeout(timeout);
        node.getSentinels().forEach(sentinel -> sentinel.setTimeout(timeout));
        node.setClientName("sidekey");
        return node;
    }

    private static String withoutUser(String url) {
        return url.replaceFirst("//[^/]*@", "//").replaceFirst("\\?.*", "");
    }

    @Override
    public String toString() {
        return shown;
    }
}
