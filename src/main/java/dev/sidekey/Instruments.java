package dev.sidekey;

import dev.sidekey.cli.Launcher;
import dev.sidekey.telemetry.Audit;
import dev.sidekey.telemetry.AuditFile;
import dev.sidekey.telemetry.Telemetry;
import dev.sidekey.telemetry.Traces;
import dev.sidekey.telemetry.TrafficMeters;
import dev.sidekey.threads.LoopLag;
import dev.sidekey.upstream.UpstreamConnections;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What operators look through: opened before the rooms that report, closed after them. */
record Instruments(Telemetry telemetry, Traces traces, Audit audit) implements AutoCloseable {

    /**
     * Opens them.
     *
     * @param environment where OTEL_* is looked for
     * @param audit where the audit goes; null for none
     * @param threads one virtual thread a task
     * @throws IOException when the audit cannot be written
     */
    static Instruments open(Map<String, String> environment, @Nullable Path audit, Executor threads)
            throws IOException {
        var telemetry = new Telemetry(Launcher.version(), environment);
        return new Instruments(
                telemetry, new Traces(environment), auditTo(audit, threads, telemetry));
    }

    private static Audit auditTo(@Nullable Path file, Executor threads, Telemetry telemetry)
            throws IOException {
        if (file == null) {
            return Audit.NONE;
        }
        try {
            return AuditFile.open(file.toString().equals("-") ? null : file, threads, telemetry);
        } catch (IOException e) {
            throw new IOException("audit.file: cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Begins to count traffic, and to watch what it runs on. */
    TrafficMeters traffic(
            EventLoopGroup loops, UpstreamConnections configured, UpstreamConnections forwarded) {
        telemetry.watchProcess();
        var traffic = new TrafficMeters(telemetry.registry());
        traffic.connections(
                () -> configured.open() + forwarded.open(),
                () -> configured.idle() + forwarded.idle());
        LoopLag.watch(loops, traffic.loopLag());
        return traffic;
    }

    /** Writes and sends what is still to be. Blocks. */
    @Override
    public void close() {
        if (audit instanceof AuditFile file) {
            file.close();
        }
        traces.close();
        telemetry.close();
    }
}
