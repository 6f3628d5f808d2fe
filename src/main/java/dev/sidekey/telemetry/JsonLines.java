package dev.sidekey.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** One JSON object a line: {@code ts level logger msg}, then the event's own keys. */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final JsonMapper JSON = new JsonMapper();

    private final boolean traces;

    /**
     * @param traces whether stack traces are written
     */
    JsonLines(boolean traces) {
        this.traces = traces;
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var line = JSON.createObjectNode();
        line.put("ts", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName());
        line.put("msg", event.getFormattedMessage());
        var pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> line.put(pair.key, String.valueOf(pair.value)));
        }
        var thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.put("error", thrown.getClassName() + ": " + thrown.getMessage());
            if (traces) {
                line.put("trace", ThrowableProxyUtil.asString(thrown));
            }
        }
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
