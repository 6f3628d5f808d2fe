package dev.sidekey.cli;

import java.lang.reflect.Field;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every flag of the configuration also as a variable. Flags of a single command have none: {@code
 * SIDEKEY_VERSION}, which images like to set, must not print the version.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private final Variables variables;

    EnvironmentDefaults(Map<String, String> environment) {
        this.variables = new Variables(environment);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option && isSetting(option)
                ? variables.value(Variables.of(option.longestName()))
                : null;
    }

    /** Whether a flag is one of {@link ConfigOptions}. */
    static boolean isSetting(OptionSpec option) {
        return option.userObject() instanceof Field field
                && field.getDeclaringClass() == ConfigOptions.class;
    }
}
