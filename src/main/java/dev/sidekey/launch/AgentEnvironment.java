package dev.sidekey.launch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The variables that lead a program through Sidekey and have it believe our CA. There is no one
 * such variable: each runtime and library has its own.
 */
public final class AgentEnvironment {
    /** Read by OpenSSL and Go, requests and httpx, curl, git, the AWS tools, pip. */
    private static final List<String> ROOTS =
            List.of(
                    "SSL_CERT_FILE",
                    "REQUESTS_CA_BUNDLE",
                    "CURL_CA_BUNDLE",
                    "GIT_SSL_CAINFO",
                    "AWS_CA_BUNDLE",
                    "PIP_CERT");

    /** Read by Node and Deno, which add these to their own. */
    private static final List<String> ADDITIONS = List.of("NODE_EXTRA_CA_CERTS", "DENO_CERT");

    private AgentEnvironment() {}

    /**
     * The variables, in the order in which they are shown.
     *
     * @param inherited the environment that they are added to; not part of the result
     */
    public static Map<String, String> of(
            AgentProxy proxy, TrustFiles trust, NoProxy exceptions, Map<String, String> inherited) {
        var variables = new LinkedHashMap<String, String>();
        var url = proxy.url().reveal();
        // some programs read one case, some the other
        for (var name : List.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")) {
            variables.put(name, url);
            variables.put(name.toLowerCase(Locale.ROOT), url);
        }
        variables.put("NO_PROXY", exceptions.list());
        variables.put("no_proxy", exceptions.list());
        variables.put("NODE_USE_ENV_PROXY", "1");
        ADDITIONS.forEach(name -> variables.put(name, trust.additions().toString()));
        ROOTS.forEach(name -> variables.put(name, trust.roots().toString()));
        variables.put(
                "JAVA_TOOL_OPTIONS",
                JavaOptions.of(inherited.get("JAVA_TOOL_OPTIONS"), proxy, trust, exceptions));
        return variables;
    }
}
