package dev.sidekey.credential;

import static dev.sidekey.credential.Samples.KEY;
import static dev.sidekey.credential.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialTest {

    private static Credential living(Duration lifetime) {
        var reply =
                new TokenReply.Issued(Secret.of("t"), "Bearer", lifetime, null, null, null, null);
        return Samples.credential(KEY).renewed(reply, NOW);
    }

    @ParameterizedTest(name = "a token of {0} s is {2} after {1} s")
    @CsvSource({
        "3600, 0, FRESH",
        "3600, 3540, FRESH",
        "3600, 3541, STALE",
        "3600, 3599, STALE",
        "3600, 3600, EXPIRED",
        "3600, 9999, EXPIRED",
        "100, 75, FRESH",
        "100, 76, STALE",
        "100, 100, EXPIRED",
        "240, 180, FRESH",
        "240, 181, STALE",
        "0, 0, EXPIRED",
    })
    void itGoesStaleInItsLastMinuteOrQuarter(int lifetime, int age, Freshness expected) {
        var credential = living(Duration.ofSeconds(lifetime));

        assertThat(credential.freshness(NOW.plusSeconds(age))).isEqualTo(expected);
    }

    @Test
    void withoutAKnownEndItIsFreshUntilRefused() {
        var credential = Samples.bare(Samples.registered("c"));

        assertThat(credential.freshness(NOW.plus(Duration.ofDays(10_000))))
                .isEqualTo(Freshness.FRESH);
        assertThat(credential.staleAt()).isNull();
    }

    @Test
    void aRefreshWithoutTokenOrScopeKeepsBoth() {
        var before = Samples.credential(KEY);
        var reply =
                new TokenReply.Issued(
                        Secret.of("new"), "bearer", Duration.ofSeconds(5), null, null, null, null);

        var after = before.renewed(reply, NOW.plusSeconds(10));

        assertThat(after.refreshToken()).isEqualTo(before.refreshToken());
        assertThat(after.scopes()).isEqualTo(before.scopes());
        assertThat(after.accessToken()).isEqualTo(Secret.of("new"));
        assertThat(after.issuedAt()).isEqualTo(NOW.plusSeconds(10));
        assertThat(after.expiresAt()).isEqualTo(NOW.plusSeconds(15));
        assertThat(after.key()).isEqualTo(before.key());
    }

    @Test
    void aRefreshReplacesWhatTheReplyNames() {
        var reply =
                new TokenReply.Issued(
                        Secret.of("new"),
                        "bearer",
                        null,
                        Secret.of("r2"),
                        Scopes.of("less"),
                        null,
                        null);

        var after = Samples.credential(KEY).renewed(reply, NOW);

        assertThat(after.refreshToken()).isEqualTo(Secret.of("r2"));
        assertThat(after.expiresAt()).isNull();
        assertThat(after.scopes().granted()).isEqualTo(Scopes.of("less"));
        assertThat(after.scopes().requested()).isEqualTo(Samples.SCOPES.requested());
    }

    @Test
    void aDeadRefreshTokenIsDroppedAlone() {
        var before = Samples.credential(KEY);

        var after = before.withoutRefreshToken();

        assertThat(after.refreshToken()).isNull();
        assertThat(after.accessToken()).isEqualTo(before.accessToken());
        assertThat(after.expiresAt()).isEqualTo(before.expiresAt());
    }

    @Test
    void itServesWhatItsGrantCovers() {
        var credential = Samples.credential(KEY);

        assertThat(credential.covers(Scopes.none())).isTrue();
        assertThat(credential.covers(Scopes.of("read"))).isTrue();
        assertThat(credential.covers(Scopes.of("read", "write"))).isFalse();
    }

    @Test
    void theFourScopeSetsStayApart() {
        var sets = Samples.SCOPES.withRegistered(Scopes.of("r")).withGranted(Scopes.of("g"));

        assertThat(sets)
                .isEqualTo(
                        new ScopeSets(
                                Samples.SCOPES.challenged(),
                                Samples.SCOPES.requested(),
                                Scopes.of("r"),
                                Scopes.of("g")));
    }
}
