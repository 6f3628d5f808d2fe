package dev.sidekey.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.ScopeSets;
import dev.sidekey.credential.Versioned;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What memory knows of a credential, and which one serves a call. */
class HeldCredentialTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final long MILLIS = NOW.toEpochMilli();
    private static final String URL = "https://h/mcp";

    private final HeldCredentials held = new HeldCredentials(_ -> false, InstantSource.system());

    private static Versioned<Credential> stored(
            String resource, @Nullable Duration lifetime, long version) {
        var client = new ClientIdentity.MetadataDocument("https://as", URI.create("https://c/id"));
        return new Versioned<>(
                new Credential(
                        new CredentialKey("default", "https://as", resource, client.clientId()),
                        URI.create(URL),
                        client,
                        Secret.of("token-" + version),
                        "Bearer",
                        NOW,
                        lifetime == null ? null : NOW.plus(lifetime),
                        Secret.of("refresh"),
                        ScopeSets.NONE,
                        URI.create("https://as/token"),
                        null,
                        null,
                        "authorization_code",
                        null),
                version);
    }

    private HeldCredential put(String resource, @Nullable Duration lifetime) {
        return held.put(stored(resource, lifetime, 1), HeldCredential.Origin.REQUESTED);
    }

    @ParameterizedTest
    @CsvSource({
        "3600, 0, false, false",
        "3600, 3539, false, false",
        "3600, 3541, true, false",
        "3600, 3600, true, true",
        "8, 5, false, false",
        "8, 7, true, false",
        "8, 8, true, true",
    })
    void itIsStaleForAQuarterOfItsLifeButNeverMoreThanAMinute(
            long lifetime, long age, boolean stale, boolean expired) {
        var credential = put(URL, Duration.ofSeconds(lifetime));
        var now = MILLIS + age * 1000;
        assertThat(credential.isStale(now)).isEqualTo(stale);
        assertThat(credential.isExpired(now)).isEqualTo(expired);
    }

    /** E6. */
    @Test
    void withoutAKnownEndItIsUsedUntilItIsRefused() {
        var credential = put(URL, null);
        assertThat(credential.isStale(Long.MAX_VALUE - 1)).isFalse();
    }

    /** E12. */
    @Test
    void theBackOffAfterFailedRefreshesGrowsToAMinute() {
        var credential = put(URL, Duration.ofHours(1));
        long[] pauses = {2, 4, 8, 16, 32, 60, 60};
        for (var pause : pauses) {
            credential.refreshFailed(MILLIS, null);
            assertThat(credential.mayRefresh(MILLIS + pause * 1000 - 1)).isFalse();
            assertThat(credential.mayRefresh(MILLIS + pause * 1000)).isTrue();
        }
        credential.refreshFailed(MILLIS, Duration.ofSeconds(5));
        assertThat(credential.mayRefresh(MILLIS + 4_999)).isFalse();
        assertThat(credential.mayRefresh(MILLIS + 5_000)).isTrue();
    }

    /** T9. */
    @Test
    void theMostSpecificResourceThatCoversTheCallServesIt() {
        put("https://h", null);
        put("https://h/mcp/deep", null);
        put(URL, null);
        var slot = new Slot("default", URL);
        assertThat(held.best(slot, "https://h/mcp/deep/x").credential().key().resource())
                .isEqualTo("https://h/mcp/deep");
        assertThat(held.best(slot, "https://h/mcp/other").credential().key().resource())
                .isEqualTo(URL);
        assertThat(held.covers(slot, "https://h/elsewhere")).isTrue();
        assertThat(held.covers(slot, "https://other/")).isFalse();
    }

    @Test
    void anOlderVersionNeverReplacesANewerOne() {
        held.adopt(stored(URL, null, 7));
        held.adopt(stored(URL, null, 6));
        assertThat(held.best(new Slot("default", URL), URL).version()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/mcp, https://h/mcp, true",
        "https://h/mcp/, https://h/mcp, true",
        "https://h/mcp, https://h/mcp/x, true",
        "https://h/mcp, https://h/mcp?q, true",
        "https://h/mcp, https://h/mcpx, false",
        "https://h/mcp, https://h/mc, false",
        "https://h, https://h.evil/mcp, false",
        "https://h, https://h:1/mcp, false",
    })
    void prefixesEndAtSegments(String prefix, String url, boolean covers) {
        assertThat(UrlPrefix.covers(prefix, url)).isEqualTo(covers);
    }
}
