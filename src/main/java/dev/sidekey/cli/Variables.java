package dev.sidekey.cli;

import dev.sidekey.config.ConfigLoader.Said;
import dev.sidekey.config.Nearest;
import dev.sidekey.config.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code SIDEKEY_*} variables: one for each flag of the configuration, and a few that are no
 * flag, since a command line is seen by everybody on the machine.
 */
final class Variables {
    /** Secrets by variable, each with its key. */
    static final Map<String, String> SECRETS =
            Map.of(
                    "SIDEKEY_ADMIN_TOKEN", "admin-token",
                    "SIDEKEY_CLIENT_SECRET", "upstreams.default.client.secret",
                    "SIDEKEY_KEY", "store.key",
                    "SIDEKEY_SECOND_KEY", "store.second-key",
                    "SIDEKEY_STORE_URL", "store.url",
                    "SIDEKEY_PROXY_AUTH", "proxy-auth");

    /** Read by the launcher script. */
    private static final String JAVA_OPTIONS = "SIDEKEY_JAVA_OPTS";

    /** What Kubernetes sets in every pod beside a service called sidekey or sidekey-…. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("SIDEKEY_(.*_)?(SERVICE_(HOST|PORT(_.*)?)|PORT(_\\d+_.*)?)");

    /** Farther away from a known name it is somebody's own, such as one for {@code ${…}}. */
    private static final int TYPING_ERRORS = 2;

    private final Map<String, String> environment;

    Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The variable of a flag: {@code --login-wait} is {@code SIDEKEY_LOGIN_WAIT}. */
    static String of(String flag) {
        return "SIDEKEY_" + flag.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** What a variable says; an empty one says nothing. */
    @Nullable String value(String name) {
        var value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }

    /** The secrets that are said. */
    List<Said> secrets() {
        var said = new ArrayList<Said>();
        for (var secret : SECRETS.entrySet()) {
            var value = value(secret.getKey());
            if (value != null) {
                said.add(Said.of(secret.getValue(), value, secret.getKey()));
            }
        }
        return said;
    }

    /** Variables that are nearly one of Sidekey's. */
    List<Violation> mistyped(Set<String> flags) {
        var known = new TreeSet<>(SECRETS.keySet());
        known.add(JAVA_OPTIONS);
        flags.forEach(flag -> known.add(of(flag)));
        var found = new ArrayList<Violation>();
        for (var name : new TreeSet<>(environment.keySet())) {
            var isOther =
                    !name.startsWith("SIDEKEY_")
                            || known.contains(name)
                            || SERVICE_LINK.matcher(name).matches();
            var near = isOther ? null : Nearest.within(TYPING_ERRORS, name, known);
            if (near != null) {
                found.add(
                        new Violation(
                                "environment",
                                name,
                                null,
                                "is not a known variable",
                                "Did you mean " + near + "?"));
            }
        }
        return found;
    }
}
