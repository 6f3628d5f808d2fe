package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where credentials are kept.
 *
 * @param type a name of the catalogue in {@code CredentialStores}: file, memory or redis
 * @param key base64 of the 32 byte key that seals entries (SIDEKEY_KEY, SIDEKEY_KEY_FILE); null:
 *     one is generated beside the store
 * @param secondKey opens what it once sealed, or what others already seal, while keys are changed
 * @param url redis: where; a Secret, since it may hold a password
 * @param prefix redis: what all its keys begin with
 * @param sentinelUser redis-sentinel: whom the Sentinels know us as; null: by password alone
 * @param sentinelPassword redis-sentinel: what they ask for; the URL's is for the servers
 * @param caFile redis over TLS: PEM certificates that replace the system's roots
 * @param certificateFile redis over TLS: PEM certificate, with its chain, shown to the server
 * @param certificateKeyFile redis over TLS: its private key, PEM, PKCS #8, not encrypted
 * @param timeout redis: of each command and each attempt to connect
 */
public record StoreConfig(
        @Setting(doc = "file, memory or redis.", fallback = "file") String type,
        @Setting(
                        doc =
                                "32 bytes in base64 that seal what is stored (also SIDEKEY_KEY); made beside the store by default, must be given for redis.")
                @Nullable Secret key,
        @Setting(
                        doc =
                                "A second key that opens what is stored and seals nothing: for the time in which keys are changed.")
                @Nullable Secret secondKey,
        @Setting(
                        doc =
                                "Redis or Valkey: redis://[USER:PASSWORD@]HOST:PORT[/DATABASE], redis-sentinel://HOST:PORT,HOST:PORT#MASTER or redis-cluster://HOST:PORT,HOST:PORT; over TLS rediss://, rediss-sentinel:// or rediss-cluster://.")
                @Nullable Secret url,
        @Setting(doc = "What all keys in Redis begin with.", fallback = "sidekey") String prefix,
        @Setting(doc = "The user whom the Sentinels know Sidekey as, where they have users.")
                @Nullable String sentinelUser,
        @Setting(doc = "What the Sentinels ask for; the password in store.url is for the servers.")
                @Nullable Secret sentinelPassword,
        @Setting(
                        doc =
                                "PEM certificates that a rediss:// server is checked against, in place of the system's roots.")
                @Nullable Path caFile,
        @Setting(doc = "PEM certificate that a rediss:// server is shown.")
                @Nullable Path certificateFile,
        @Setting(doc = "The private key of store.certificate-file: PEM, PKCS #8.")
                @Nullable Path certificateKeyFile,
        @Setting(doc = "How long Redis may take to answer.", fallback = "2s") Duration timeout) {

    /** A store without a place of its own, all the rest as by default. */
    public static StoreConfig of(String type, @Nullable Secret key) {
        var patience = Duration.ofSeconds(2);
        return new StoreConfig(
                type, key, null, null, "sidekey", null, null, null, null, null, patience);
    }
}
