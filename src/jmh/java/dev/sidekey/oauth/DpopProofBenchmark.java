package dev.sidekey.oauth;

import java.net.URI;
import java.time.InstantSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A proof of possession for one request; nearly all of it is the signature. */
@State(Scope.Benchmark)
public class DpopProofBenchmark {
    private static final String URL = "https://mcp.example.com/mcp";

    private final DpopKey key = DpopKey.create();
    private final byte[] text = new byte[500];
    private final DpopProofs proofs =
            DpopProofs.forResource(
                    key,
                    Secret.of("t".repeat(1024)),
                    new DpopNonces().at(URI.create(URL)),
                    InstantSource.system());

    /** As each call with a bound token needs it. */
    @Benchmark
    public String proof() {
        return proofs.proof("POST", URL);
    }

    /** The part that is not ours to make faster. */
    @Benchmark
    public byte[] signatureAlone() {
        return key.sign(text);
    }
}
