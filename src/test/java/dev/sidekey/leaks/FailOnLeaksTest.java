package dev.sidekey.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class FailOnLeaksTest {

    @Test
    void everyBufferIsWatched() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    /** Ends at JUnit's time limit if the leak is never found. */
    @Test
    void aDroppedBufferIsFound() {
        drop();

        var found = new ArrayList<String>();
        while (found.stream().noneMatch(leak -> leak.contains("FailOnLeaksTest.drop"))) {
            found.addAll(FailOnLeaks.found());
        }

        assertThat(found).as("this leak and no other").hasSize(1);
    }

    private static void drop() {
        ByteBufAllocator.DEFAULT.buffer(16).writeByte(1);
    }
}
