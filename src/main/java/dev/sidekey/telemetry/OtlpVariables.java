package dev.sidekey.telemetry;

import io.micrometer.registry.otlp.OtlpConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The standard OTEL_* variables: whether anything goes out by OTLP, and where metrics go. Nothing
 * does unless an endpoint is named. What concerns traces is read by OpenTelemetry itself.
 */
final class OtlpVariables {
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private final Map<String, String> environment;

    OtlpVariables(Map<String, String> environment) {
        this.environment = environment;
    }

    private @Nullable String value(String name) {
        var value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private boolean isWanted(String signal) {
        return !"true".equalsIgnoreCase(value("OTEL_SDK_DISABLED"))
                && !"none".equals(value("OTEL_" + signal + "_EXPORTER"))
                && endpoint(signal) != null;
    }

    private @Nullable String endpoint(String signal) {
        var own = value("OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT");
        return own == null ? value(ENDPOINT) : own;
    }

    boolean wantsTraces() {
        return isWanted("TRACES");
    }

    boolean wantsMetrics() {
        return isWanted("METRICS");
    }

    /** All of them as OpenTelemetry's properties; its own defaults, but for protocol and name. */
    Map<String, String> properties() {
        var properties = new HashMap<String, String>();
        properties.put("otel.service.name", "sidekey");
        properties.put("otel.exporter.otlp.protocol", "http/protobuf");
        environment.forEach((name, value) -> {
            if (name.startsWith("OTEL_") && !value.isBlank()) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return properties;
    }

    /** Where and how metrics go out. */
    OtlpConfig metrics() {
        return new OtlpConfig() {
            @Override
            public @Nullable String get(String key) {
                return null;
            }

            @Override
            public String url() {
                var own = value("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
                var all = value(ENDPOINT);
                return own != null ? own : slashed(all == null ? "" : all) + "v1/metrics";
            }

            @Override
            public Duration step() {
                var millis = value("OTEL_METRIC_EXPORT_INTERVAL");
                return Duration.ofMillis(millis == null ? 60_000 : Long.parseLong(millis));
            }

            @Override
            public Map<String, String> headers() {
                var headers = pairs(value("OTEL_EXPORTER_OTLP_HEADERS"));
                headers.putAll(pairs(value("OTEL_EXPORTER_OTLP_METRICS_HEADERS")));
                return headers;
            }

            @Override
            public Map<String, String> resourceAttributes() {
                var attributes = pairs(value("OTEL_RESOURCE_ATTRIBUTES"));
                var name = value("OTEL_SERVICE_NAME");
                if (name != null) {
                    attributes.put("service.name", name);
                }
                attributes.putIfAbsent("service.name", "sidekey");
                return attributes;
            }
        };
    }

    private static String slashed(String url) {
        return url.endsWith("/") ? url : url + "/";
    }

    /** {@code a=b,c=d} */
    private static Map<String, String> pairs(@Nullable String text) {
        var pairs = new HashMap<String, String>();
        for (var pair : (text == null ? "" : text).split(",", -1)) {
            var parts = pair.split("=", 2);
            if (parts.length == 2) {
                pairs.put(parts[0].strip(), parts[1].strip());
            }
        }
        return pairs;
    }
}
