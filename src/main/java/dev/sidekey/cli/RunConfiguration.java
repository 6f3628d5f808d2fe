package dev.sidekey.cli;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.ConfigLoader.Said;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.LogConfig;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.oauth.RandomValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a run: the user's own, but for what is different when one command alone is
 * served. Its listener is a free port that needs a password made for it; nobody else has either.
 */
final class RunConfiguration {
    private static final String SOURCE = "sidekey run";

    private final ConfigOptions options;
    private final Map<String, String> environment;
    private final boolean proxyAuth;

    /**
     * What came of it.
     *
     * @param callback where logins come back if another Sidekey answers there; else null
     */
    record Result(SidekeyConfig config, @Nullable HostPort callback) {}

    RunConfiguration(ConfigOptions options, Map<String, String> environment, boolean proxyAuth) {
        this.options = options;
        this.environment = environment;
        this.proxyAuth = proxyAuth;
    }

    /**
     * Loads it.
     *
     * @throws ConfigException with everything that is wrong
     * @throws IOException when a stranger has the place where logins come back
     */
    Result load() throws ConfigException, IOException, InterruptedException {
        var said = new ArrayList<Said>();
        followPublicUrl(said);
        var users = options.load(null, environment, said);
        var isOthers = Callback.find(users) == Callback.OTHERS;
        if (isOthers) {
            say(said, "admin-listen", Callback.free().toString());
            say(said, "public-url", users.publicUrl().toString());
        }
        if (!options.isGiven("--listen")) {
            say(said, "listen", Callback.free().toString());
        }
        if (proxyAuth && users.proxyAuth() == null) {
            say(said, "proxy-auth", "run:" + RandomValue.create().reveal());
        }
        say(said, "agents", "local");
        if (options.logLevel == null && users.log().level() == LogConfig.Level.INFO) {
            // the terminal is the command's: only what a person has to know, as a login link
            say(said, "log.level", "warn");
        }
        return new Result(
                options.load(null, environment, said), isOthers ? users.adminListen() : null);
    }

    /** {@code --public-url} alone is enough to have logins come back to another loopback port. */
    private void followPublicUrl(List<Said> said) {
        if (options.publicUrl == null || options.adminListen != null) {
            return;
        }
        try {
            var url = URI.create(options.publicUrl);
            var host = url.getHost();
            if (host != null
                    && url.getPort() > 0
                    && (host.equals("localhost")
                            || InetAddress.ofLiteral(host).isLoopbackAddress())) {
                say(said, "admin-listen", "127.0.0.1:" + url.getPort());
            }
        } catch (IllegalArgumentException e) {
            // no URL, which the checks say, or one elsewhere
        }
    }

    private static void say(List<Said> said, String key, String value) {
        said.add(Said.of(key, value, SOURCE));
    }
}
