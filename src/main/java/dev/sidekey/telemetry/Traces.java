package dev.sidekey.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Spans of exchanges and of the steps of authorizations, sent by OTLP where the standard variables
 * name an endpoint. Elsewhere nothing is made, and trace headers pass as they came. Safe on every
 * thread; nothing here blocks but {@link #close}.
 */
public final class Traces implements AutoCloseable {
    /** A header's value by its name; null when there is no such. */
    @SuppressWarnings("deprecation") // keys is no longer asked for, but must be there
    private static final TextMapGetter<UnaryOperator<@Nullable String>> HEADERS =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(UnaryOperator<@Nullable String> carrier) {
                    return List.of("traceparent", "tracestate");
                }

                @Override
                public @Nullable String get(
                        @Nullable UnaryOperator<@Nullable String> carrier, String key) {
                    return carrier == null ? null : carrier.apply(key);
                }
            };

    private final @Nullable OpenTelemetrySdk sdk;
    private final @Nullable Tracer tracer;

    /**
     * Begins to trace, or not.
     *
     * @param environment where OTEL_* is looked for
     */
    public Traces(Map<String, String> environment) {
        var variables = new OtlpVariables(environment);
        this.sdk = variables.wantsTraces() ? sdk(variables) : null;
        this.tracer = sdk == null ? null : sdk.getTracer("sidekey");
    }

    private static OpenTelemetrySdk sdk(OtlpVariables variables) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(variables::properties)
                // metrics are Micrometer's, logs go to stderr
                .addPropertiesCustomizer(
                        _ -> Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none"))
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
    }

    /**
     * Begins the span of a request; null when nobody traces.
     *
     * @param headers the request's own, of which the span is a child
     */
    public @Nullable Trace begin(
            String method, String upstream, UnaryOperator<@Nullable String> headers) {
        if (tracer == null) {
            return null;
        }
        var parent =
                W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
        var span =
                tracer.spanBuilder(method + " " + upstream)
                        .setParent(parent)
                        .setSpanKind(SpanKind.SERVER)
                        .setAttribute("http.request.method", method)
                        .setAttribute("sidekey.upstream", upstream)
                        .startSpan();
        return new Trace(span, parent.with(span));
    }

    /** Begins the span of a step, within what the current thread does; null when nobody traces. */
    public @Nullable Span step(String name, String upstream) {
        return tracer == null
                ? null
                : tracer.spanBuilder(name).setAttribute("sidekey.upstream", upstream).startSpan();
    }

    /** Carries the span of whoever asks over to the thread that does the work. */
    public Executor carriedBy(Executor threads) {
        return tracer == null ? threads : Context.taskWrapping(threads);
    }

    /** Sends what is still to be sent. Blocks. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.close();
        }
    }
}
