package dev.sidekey.leaks;

import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's detector with a list instead of a log: {@link FailOnLeaks} shows it. Netty makes its
 * instances, by the system property {@code io.netty.customResourceLeakDetector} that the build sets
 * for every test.
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {
    /** A Redis connection whose client is shut down just as it begins keeps its read buffer. */
    private static final String LETTUCE =
            "io.lettuce.core.protocol.CommandHandler.channelRegistered";

    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    /** Called by Netty. */
    public RecordingLeakDetector(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    /** Called by Netty, which looks for this older signature too. */
    @SuppressWarnings("deprecation")
    public RecordingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
        super(resourceType, samplingInterval, maxActive);
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        if (!records.contains(LETTUCE)) {
            FOUND.add(resourceType + records);
        }
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        FOUND.add(resourceType);
    }

    /** Takes what was found since the last call. */
    static List<String> drain() {
        var found = new ArrayList<String>();
        for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
            found.add(leak);
        }
        return found;
    }
}
