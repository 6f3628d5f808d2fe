package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidekey.authorization.Authorizer;
import dev.sidekey.authorization.LookupsAmongMany;
import dev.sidekey.credential.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What it costs to hold many credentials: counted, not timed. */
class ManyHeldIT {
    private static final Logger LOG = LoggerFactory.getLogger(ManyHeldIT.class);

    /** With a token of 1 KiB, which is there twice: as a secret, and as a header that is ready. */
    private static final double MOST_BYTES = 4096;

    /** Caffeine notes beside the lookups which entries are read, and asks each for its hash. */
    private static final double UPKEEP = 4;

    @TempDir Path directory;

    @Test
    void aLookupDoesTheSameAmongAHundredThousandAndEachTakesAFewKilobytes() throws Exception {
        var counting = new CountingClasses(directory).workOf(Authorizer.class);
        try (var child =
                ChildJvm.startWith(
                        counting.classPath(), LookupsAmongMany.class, "1", "1000", "100000")) {
            var lines = child.end();
            var alone = said("steps among 1: ", lines);
            assertThat(alone).as("it counts").isGreaterThan(5);
            assertThat(said("steps among 1000: ", lines)).isCloseTo(alone, within(UPKEEP));
            assertThat(said("steps among 100000: ", lines)).isCloseTo(alone, within(UPKEEP));
            assertThat(said("bytes of one of 100000: ", lines)).isBetween(1024.0, MOST_BYTES);
        }
    }

    private static double said(String what, List<String> lines) {
        var said = lines.stream().filter(line -> line.startsWith(what)).toList();
        assertThat(said).as("%s", lines).hasSize(1);
        LOG.info("{}", said.getFirst());
        return Double.parseDouble(said.getFirst().substring(what.length()));
    }
}
