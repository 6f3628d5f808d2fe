package dev.sidekey.oauth;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Sets of five scopes: every refusal and every step-up compares some. */
@State(Scope.Benchmark)
public class ScopesBenchmark {
    private final String text = "files:read files:write repo:read repo:write offline_access";
    private final Scopes granted = Scopes.parse(text);
    private final Scopes covered = Scopes.of("repo:read", "files:read");
    private final Scopes missing = Scopes.of("repo:read", "admin:read");

    /** From a challenge or a token response. */
    @Benchmark
    public Object parse() {
        return Scopes.parse(text);
    }

    /** Whether a grant is wide enough. */
    @Benchmark
    public boolean covers() {
        return granted.covers(covered);
    }

    /** What a step-up asks for. */
    @Benchmark
    public Object union() {
        return granted.union(missing);
    }

    /** What an operator's deny list takes away. */
    @Benchmark
    public Object without() {
        return granted.without(missing);
    }
}
