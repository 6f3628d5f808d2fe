package dev.sidekey.telemetry;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.Counter;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the audit as JSON lines, on a thread of its own behind a bounded queue: a slow disk costs
 * lines, which are counted, and never a call. A file that was moved away or removed, as rotation
 * does, is opened anew.
 */
public final class AuditFile implements Audit, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int BOUND = 8192;
    private static final int BATCH = 256;

    private final @Nullable Path file;
    private final Counter dropped;
    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(BOUND);
    private final CountDownLatch written = new CountDownLatch(1);
    private volatile boolean closing;
    private OutputStream out;
    private @Nullable Object opened;

    private AuditFile(@Nullable Path file, Counter dropped) throws IOException {
        this.file = file;
        this.dropped = dropped;
        this.out = open();
    }

    /**
     * Opens the audit.
     *
     * @param file null for standard output
     * @param threads one virtual thread a task
     * @throws IOException when it cannot be written
     */
    public static AuditFile open(@Nullable Path file, Executor threads, Telemetry telemetry)
            throws IOException {
        var dropped = Meters.AUDIT_DROPPED.counter(telemetry.registry());
        var audit = new AuditFile(file, dropped);
        threads.execute(audit::run);
        return audit;
    }

    @Override
    public void add(Line line) {
        if (!queue.offer(line)) {
            dropped.increment();
        }
    }

    private OutputStream open() throws IOException {
        if (file == null) {
            return System.out;
        }
        var stream = new FileOutputStream(file.toFile(), true);
        opened = keyOf(file);
        return stream;
    }

    private static @Nullable Object keyOf(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    private void run() {
        var batch = new ArrayList<Line>(BATCH);
        try {
            while (!closing || !queue.isEmpty()) {
                var first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                    write(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            written.countDown();
        }
    }

    private void write(List<Line> lines) {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(json(line)).append('\n'));
        try {
            if (file != null && !Objects.equals(keyOf(file), opened)) {
                out.close();
                out = open();
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            dropped.increment(lines.size());
            LOG.atError().addKeyValue("problem", e.getMessage()).log("the audit cannot be written");
        }
    }

    private static String json(Line line) {
        var json = JSON.createObjectNode();
        json.put("time", line.time().toString());
        json.put("principal", line.agent());
        json.put("upstream", line.upstream());
        json.put("action", line.action());
        json.put("decision", line.decision());
        var used = line.credential();
        json.put("resource", used == null ? null : used.resource());
        json.put("scopes", used == null ? null : used.scopes());
        json.put("credential", used == null ? null : used.fingerprint());
        json.put("status", line.status());
        return json.toString();
    }

    /** Writes what is still to be written, for a few seconds at most. */
    @Override
    public void close() {
        closing = true;
        try {
            if (written.await(5, TimeUnit.SECONDS) && file != null) {
                out.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("the audit was not closed");
        }
    }
}
