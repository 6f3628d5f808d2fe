package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a store needs, each in its own way. Neither an address nor a key is ever shown. */
final class StoreChecks {
    private static final String REDIS = "redis";
    private static final Set<String> STORES = Set.of("file", "memory", REDIS);
    private static final int KEY_BYTES = 32;
    private static final Set<String> SCHEMES =
            Set.of(
                    "redis",
                    "rediss",
                    "redis-sentinel",
                    "rediss-sentinel",
                    "redis-cluster",
                    "rediss-cluster");

    private final Violations violations;

    StoreChecks(Violations violations) {
        this.violations = violations;
    }

    void check(StoreConfig store) {
        var known = STORES.contains(store.type());
        if (!known) {
            violations.add(
                    "store.type",
                    store.type(),
                    "is not a known store",
                    "Write file, memory or redis.");
        }
        checkKey("store.key", store.key());
        checkKey("store.second-key", store.secondKey());
        if (store.type().equals(REDIS)) {
            checkRedis(store);
        } else if (known && store.url() != null) {
            violations.add("store.url", null, "belongs to no store", "Set store.type: redis, too.");
        }
    }

    private void checkKey(String name, @Nullable Secret key) {
        if (key != null && !key.isBase64Of(KEY_BYTES)) {
            violations.add(name, null, "is not a key", "Give 32 bytes in base64.");
        }
    }

    private void checkRedis(StoreConfig store) {
        if (store.key() == null) {
            violations.add(
                    "store.key",
                    null,
                    "is missing: what lies in Redis is sealed with a key that all Sidekeys share",
                    "Make one with 'openssl rand -base64 32' and give it in store.key-file or SIDEKEY_KEY.");
        }
        var url = store.url();
        if (url == null) {
            violations.add(
                    "store.url",
                    null,
                    "is missing",
                    "Write redis://HOST:PORT, or name a file that holds it in store.url-file.");
        } else if (!url.isAddressOf(SCHEMES)) {
            violations.add(
                    "store.url",
                    null,
                    "is no address of Redis",
                    "Write redis://[USER:PASSWORD@]HOST:PORT, rediss://…, redis-sentinel://… or redis-cluster://….");
        }
        if (!store.prefix().matches("[A-Za-z0-9_.:-]{1,64}")) {
            violations.add(
                    "store.prefix",
                    store.prefix(),
                    "is no prefix",
                    "Use letters, digits, and _ . : - only.");
        }
        checkRoad(store);
        if (!store.timeout().isPositive()) {
            violations.add("store.timeout", "0", "leaves no time", "Write a duration above zero.");
        }
    }

    /** What TLS and Sentinels need. */
    private void checkRoad(StoreConfig store) {
        checkReadable("store.ca-file", store.caFile());
        checkPair(
                "store.certificate-file",
                store.certificateFile(),
                "store.certificate-key-file",
                store.certificateKeyFile());
        if (store.sentinelUser() != null && store.sentinelPassword() == null) {
            violations.add(
                    "store.sentinel-user",
                    store.sentinelUser(),
                    "has no password",
                    "Name its file in store.sentinel-password-file.");
        }
    }

    /** Two files that are of use together only. */
    private void checkPair(String name, @Nullable Path one, String other, @Nullable Path second) {
        if (one != null && second == null) {
            violations.add(name, one.toString(), "is of no use alone", "Name " + other + ", too.");
        } else if (one == null && second != null) {
            violations.add(
                    other, second.toString(), "is of no use alone", "Name " + name + ", too.");
        }
        checkReadable(name, one);
        checkReadable(other, second);
    }

    private void checkReadable(String name, @Nullable Path file) {
        if (file != null && !Files.isReadable(file)) {
            violations.add(
                    name,
                    file.toString(),
                    "cannot be read",
                    "Name a PEM file that this user may read.");
        }
    }
}
