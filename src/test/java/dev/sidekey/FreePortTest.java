package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortTest {
    /** Whoever asks for two before it opens the first must not get one port. */
    @Test
    void noPortIsGivenTwiceInARow() {
        var ports = IntStream.range(0, 1000).map(_ -> TestConfig.freePort()).boxed().toList();

        assertThat(ports).doesNotHaveDuplicates();
    }
}
