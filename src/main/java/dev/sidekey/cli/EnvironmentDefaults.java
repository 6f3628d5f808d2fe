package dev.sidekey.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every flag also as a variable: {@code --login-wait} is {@code SIDEKEY_LOGIN_WAIT}. */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? environment.get(variable(option.longestName()))
                : null;
    }

    static String variable(String flag) {
        return "SIDEKEY_" + flag.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
