package dev.sidekey.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The meters of one upstream's traffic. Safe on every thread; no method allocates. */
public final class UpstreamMeters {
    private static final String[] CODES = {"aborted", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final Counter[] answered;
    private final Timer duration;
    private final Counter requestBytes;
    private final Counter responseBytes;
    private final Counter unauthorized;
    private final Counter forbidden;
    private final Counter replays;
    private final LongAdder active = new LongAdder();
    private final LongAdder streams = new LongAdder();

    UpstreamMeters(MeterRegistry registry, String upstream) {
        answered =
                Arrays.stream(CODES)
                        .map(code -> Meters.REQUESTS.counter(registry, upstream, code))
                        .toArray(Counter[]::new);
        duration = Meters.REQUEST_DURATION.timer(registry, upstream);
        requestBytes = Meters.REQUEST_BYTES.counter(registry, upstream);
        responseBytes = Meters.RESPONSE_BYTES.counter(registry, upstream);
        unauthorized = Meters.CHALLENGES.counter(registry, upstream, "401");
        forbidden = Meters.CHALLENGES.counter(registry, upstream, "403");
        replays = Meters.REPLAYS.counter(registry, upstream);
        Meters.ACTIVE_REQUESTS.gauge(registry, active::doubleValue, upstream);
        Meters.OPEN_STREAMS.gauge(registry, streams::doubleValue, upstream);
    }

    /** A request has come. */
    public void began() {
        active.increment();
    }

    /**
     * A request is over.
     *
     * @param status of its answer; 0 when it was not answered whole
     * @param nanos since it came
     */
    public void ended(int status, long nanos) {
        active.decrement();
        int code = status / 100;
        answered[code >= 1 && code <= 5 ? code : 0].increment();
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Bytes of both bodies of a request that is over. */
    public void relayed(long fromAgent, long fromUpstream) {
        requestBytes.increment((double) fromAgent);
        responseBytes.increment((double) fromUpstream);
    }

    /** An event stream begins. */
    public void streamBegan() {
        streams.increment();
    }

    /** An event stream is over. */
    public void streamEnded() {
        streams.decrement();
    }

    /** The upstream refused a request, and Sidekey takes it upon itself to cure that. */
    public void challenged(int status) {
        (status == 401 ? unauthorized : forbidden).increment();
    }

    /** A request is sent again, with another credential. */
    public void replayed() {
        replays.increment();
    }
}
