package dev.sidekey.launch;

import dev.sidekey.certificate.TrustBundle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code JAVA_TOOL_OPTIONS}, which every JVM reads: system properties, since JVMs read no proxy
 * variables.
 */
final class JavaOptions {
    private JavaOptions() {}

    /** What was there, and ours behind it: of two values for one property the last one counts. */
    static String of(
            @Nullable String inherited, AgentProxy proxy, TrustFiles trust, NoProxy exceptions) {
        var options = new ArrayList<String>();
        if (inherited != null && !inherited.isBlank()) {
            options.add(inherited.strip());
        }
        for (var scheme : List.of("http", "https")) {
            options.add("-D" + scheme + ".proxyHost=" + proxy.jvmListener().host());
            options.add("-D" + scheme + ".proxyPort=" + proxy.jvmListener().port());
        }
        // one property for both schemes; empty, it also takes the JDK's own exception for loopback
        options.add("-Dhttp.nonProxyHosts=" + exceptions.patterns());
        var shown = proxy.userAndPassword();
        if (shown != null && proxy.jvmListener().equals(proxy.listener())) {
            addCredentials(options, shown.reveal());
        }
        options.add(quoted("-Djavax.net.ssl.trustStore=" + trust.keyStore()));
        options.add("-Djavax.net.ssl.trustStoreType=PKCS12");
        options.add("-Djavax.net.ssl.trustStorePassword=" + TrustBundle.PASSWORD);
        return String.join(" ", options);
    }

    /**
     * For libraries that read these, as Apache HttpClient does; java.net.http reads them nowhere.
     */
    private static void addCredentials(List<String> options, String userAndPassword) {
        var colon = userAndPassword.indexOf(':');
        for (var scheme : List.of("http", "https")) {
            options.add("-D" + scheme + ".proxyUser=" + userAndPassword.substring(0, colon));
            options.add("-D" + scheme + ".proxyPassword=" + userAndPassword.substring(colon + 1));
        }
        options.add("-Djdk.http.auth.tunneling.disabledSchemes=");
    }

    /** The JVM splits at spaces but for those between quotes. */
    private static String quoted(String option) {
        return option.contains(" ") ? '"' + option + '"' : option;
    }
}
