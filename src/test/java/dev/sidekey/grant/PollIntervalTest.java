package dev.sidekey.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** RFC 8628 §3.5. */
class PollIntervalTest {
    private static PollInterval of(int seconds) {
        return new PollInterval(Duration.ofSeconds(seconds));
    }

    @Test
    void slowDownAddsFiveSecondsEachTime() {
        assertThat(of(5).slower()).isEqualTo(of(10));
        assertThat(of(5).slower().slower()).isEqualTo(of(15));
    }

    @Test
    void silenceDoublesUpToAMinuteAndNeverShortens() {
        assertThat(of(5).afterSilence()).isEqualTo(of(10));
        assertThat(of(40).afterSilence()).isEqualTo(of(60));
        assertThat(of(90).afterSilence()).isEqualTo(of(90));
    }
}
