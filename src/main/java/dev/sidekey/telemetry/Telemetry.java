package dev.sidekey.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.util.List;
import java.util.Map;

/** Where all meters are registered, and read in Prometheus' text format. */
public final class Telemetry implements AutoCloseable {
    private final PrometheusMeterRegistry prometheus =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MeterRegistry registry;
    private final JvmGcMetrics garbage = new JvmGcMetrics();

    /**
     * Begins to count.
     *
     * @param version of this build
     * @param environment where OTEL_* is looked for: where it names an endpoint, meters go out by
     *     OTLP as well
     */
    public Telemetry(String version, Map<String, String> environment) {
        var otlp = new OtlpVariables(environment);
        registry = otlp.wantsMetrics() ? both(otlp) : prometheus;
        Info.builder()
                .name("sidekey_build_info")
                .help("The version of this build, and of the Java that runs it.")
                .labelNames("version", "java")
                .register(prometheus.getPrometheusRegistry())
                .addLabelValues(version, Runtime.version().toString());
    }

    private MeterRegistry both(OtlpVariables otlp) {
        var sent = new OtlpMeterRegistry(otlp.metrics(), Clock.SYSTEM);
        return new CompositeMeterRegistry(Clock.SYSTEM, List.of(prometheus, sent));
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
