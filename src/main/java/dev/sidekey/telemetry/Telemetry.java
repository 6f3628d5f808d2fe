package dev.sidekey.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.util.List;

/** Where all meters are registered, and read in Prometheus' text format. */
public final class Telemetry implements AutoCloseable {
    private final PrometheusMeterRegistry prometheus =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MeterRegistry registry = prometheus;
    private final JvmGcMetrics garbage = new JvmGcMetrics();

    /**
     * Begins to count.
     *
     * @param version of this build
     */
    public Telemetry(String version) {
        Info.builder()
                .name("sidekey_build_info")
                .help("The version of this build, and of the Java that runs it.")
                .labelNames("version", "java")
                .register(prometheus.getPrometheusRegistry())
                .addLabelValues(version, Runtime.version().toString());
    }

    /** Counts what the JVM and the process do, too; costs a little at each start. */
    public void watchProcess() {
        List.of(
                        new ClassLoaderMetrics(),
                        garbage,
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ProcessorMetrics(),
                        new UptimeMetrics(),
                        new FileDescriptorMetrics())
                .forEach(one -> one.bindTo(registry));
    }

    /** What meters are registered with. */
    public MeterRegistry registry() {
        return registry;
    }

    /** All meters in Prometheus' text format 0.0.4. May block: gauges are asked. */
    public String scrape() {
        return prometheus.scrape();
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }
}
