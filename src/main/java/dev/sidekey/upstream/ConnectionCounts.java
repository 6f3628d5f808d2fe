package dev.sidekey.upstream;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many connections there are, over all event loops. Counted on the loops, read on any thread.
 *
 * @param open all that stand
 * @param idle those that wait in a pool
 */
record ConnectionCounts(LongAdder open, LongAdder idle) {
    ConnectionCounts() {
        this(new LongAdder(), new LongAdder());
    }
}
