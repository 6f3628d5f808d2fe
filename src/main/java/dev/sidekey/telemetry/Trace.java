package dev.sidekey.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The span of one request. Safe on every thread; nothing blocks. */
public final class Trace {
    private final Span span;
    private final Context context;

    Trace(Span span, Context context) {
        this.span = span;
        this.context = context;
    }

    /** Gives the headers that make what the upstream does a child of this span. */
    public void carry(BiConsumer<String, String> headers) {
        W3CTraceContextPropagator.getInstance()
                .inject(
                        context,
                        headers,
                        (set, name, value) -> {
                            if (set != null) {
                                set.accept(name, value);
                            }
                        });
    }

    /** Notes that something happened. */
    public void event(String name) {
        span.addEvent(name);
    }

    /** Does something whose own spans are children of this one. */
    public <T> T during(Supplier<T> work) {
        try (var _ = context.makeCurrent()) {
            return work.get();
        }
    }

    /**
     * The request is over.
     *
     * @param status of its answer; 0 when it was not answered whole
     */
    public void end(int status) {
        if (status == 0 || status >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
        if (status > 0) {
            span.setAttribute("http.response.status_code", status);
        }
        span.end();
    }
}
