package dev.sidekey.leaks;

import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class when a buffer was dropped without a release: in that class, or in one shortly
 * before it, since only the collector knows. Registered for every test by its service file.
 */
public final class FailOnLeaks implements AfterAllCallback {

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = found();
        if (!leaks.isEmpty()) {
            throw new AssertionError(
                    "%d leaked, in %s or a class before it:%n%s"
                            .formatted(
                                    leaks.size(),
                                    context.getDisplayName(),
                                    String.join(System.lineSeparator(), leaks)));
        }
    }

    /** What has leaked so far: Netty looks at what was collected when it hands out a new buffer. */
    @SuppressWarnings("gc")
    static List<String> found() {
        System.gc();
        ByteBufAllocator.DEFAULT.buffer(1).release();
        return RecordingLeakDetector.drain();
    }
}
