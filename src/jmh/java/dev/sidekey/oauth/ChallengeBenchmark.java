package dev.sidekey.oauth;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading WWW-Authenticate: what a refusal costs before any flow begins. */
@State(Scope.Benchmark)
public class ChallengeBenchmark {
    private static final String BEARER =
            "Bearer realm=\"mcp\", error=\"invalid_token\","
                    + " resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\","
                    + " scope=\"files:read files:write offline_access\"";

    // no constants: the compiler must not know them
    private final List<String> one = List.of(BEARER);
    private final List<String> several =
            List.of(
                    "Negotiate YIIBhgYGKwYBBQUCoIIBejCCAXY=, Basic realm=\"say \\\"hi\\\"\"",
                    "DPoP algs=\"ES256 PS256\", " + BEARER);

    /** The one challenge that most servers send. */
    @Benchmark
    public Object bearer() {
        return Challenge.preferred(Challenge.parse(one));
    }

    /** Four challenges in two lines. */
    @Benchmark
    public Object oneOfFour() {
        return Challenge.preferred(Challenge.parse(several));
    }
}
