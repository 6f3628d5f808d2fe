package dev.sidekey.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; says everything that is wrong with it at once. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    /** Makes one of at least one violation. */
    public ConfigException(List<Violation> violations) {
        super(violations.stream().map(Violation::toString).collect(Collectors.joining("\n")));
        this.violations = List.copyOf(violations);
    }

    /** What is wrong. */
    public List<Violation> violations() {
        return violations;
    }
}
