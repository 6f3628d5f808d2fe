package dev.sidekey.authorization;

import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finding the credential of a call, as every call does on its event loop. */
@State(Scope.Benchmark)
public class CredentialLookupBenchmark {
    private static final int CALLS = 4096;

    /** How many are held. */
    @Param({"1", "100000"})
    public int held;

    private final Call[] calls = new Call[CALLS];
    private HeldCredentials credentials;
    private int next;

    /** Calls of agents in no order, so that memory caches help as little as they do in life. */
    @Setup
    public void hold() {
        credentials = SampleCredentials.of(held, 1);
        var random = new Random(1);
        for (int i = 0; i < CALLS; i++) {
            calls[i] = SampleCredentials.call(random.nextInt(held));
        }
    }

    /** The slot of the call, and what is held there. */
    @Benchmark
    public Object lookup() {
        var call = calls[next++ & (CALLS - 1)];
        return credentials.best(Slot.of(call), call.url());
    }
}
