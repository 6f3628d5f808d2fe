package dev.sidekey.address;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The system's own resolver (hosts file, search domains, all of it) behind a small cache, with the
 * operator's overrides before it, as {@code curl --resolve} has them.
 */
public final class SystemResolver implements Resolver {
    private static final Duration MEMORY = Duration.ofSeconds(10);
    private static final int BOUND = 1_000;

    private final Map<String, String> overrides;
    private final Cache<String, List<InetAddress>> cache =
            Caffeine.newBuilder().maximumSize(BOUND).expireAfterWrite(MEMORY).build();

    /**
     * Makes a resolver.
     *
     * @param overrides host to IP literal
     */
    public SystemResolver(Map<String, String> overrides) {
        this.overrides = Map.copyOf(overrides);
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        var literal = HostLiteral.parse(host);
        if (literal != null) {
            return List.of(literal);
        }
        var name = host.toLowerCase(Locale.ROOT);
        var override = overrides.get(name);
        if (override != null) {
            return List.of(InetAddress.getByName(override));
        }
        var known = cache.getIfPresent(name);
        if (known == null) {
            known = List.of(InetAddress.getAllByName(name));
            cache.put(name, known);
        }
        return known;
    }
}
