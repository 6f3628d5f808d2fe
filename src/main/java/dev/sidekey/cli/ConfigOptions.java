package dev.sidekey.cli;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.ConfigLoader;
import dev.sidekey.config.ConfigLoader.Said;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The settings that have a flag; each is also {@code SIDEKEY_NAME} in the environment ({@link
 * EnvironmentDefaults}); secrets only so ({@link Variables}). Flag before environment before file.
 */
final class ConfigOptions {
    private static final String DEFAULT = "upstreams.default";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(names = "--config", paramLabel = "FILE", description = "sidekey.yaml")
    @Nullable Path file;

    @Option(
            names = "--upstream",
            paramLabel = "NAME=URL",
            description = "a named upstream; repeatable",
            split = "\\s+",
            splitSynopsisLabel = " ")
    Map<String, String> upstreams = Map.of();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "the agent's side (127.0.0.1:7070)")
    @Nullable String listen;

    @Option(
            names = "--admin-listen",
            paramLabel = "HOST:PORT",
            description = "health, logins, callback (127.0.0.1:7071)")
    @Nullable String adminListen;

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "needed by the admin listener off loopback")
    @Nullable String adminTokenFile;

    @Option(names = "--agents", paramLabel = "local|open", description = "who may use this Sidekey")
    @Nullable String agents;

    @Option(
            names = "--proxy-auth-file",
            paramLabel = "FILE",
            description = "user:password that forward clients must send")
    @Nullable String proxyAuthFile;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description = "where browsers reach the admin listener")
    @Nullable String publicUrl;

    @Option(names = "--state-dir", paramLabel = "DIR", description = "credentials and their key")
    @Nullable String stateDir;

    @Option(names = "--trust-dir", paramLabel = "DIR", description = "what agents must trust")
    @Nullable String trustDir;

    @Option(names = "--login-wait", paramLabel = "TIME", description = "a call waits so long (50s)")
    @Nullable String loginWait;

    @Option(names = "--login-ttl", paramLabel = "TIME", description = "a login lives so long (10m)")
    @Nullable String loginTtl;

    @Option(
            names = "--browser",
            paramLabel = "auto|none",
            description = "whether a browser may be opened")
    @Nullable String browser;

    @Option(
            names = "--store",
            paramLabel = "file|memory|redis",
            description = "where credentials are kept")
    @Nullable String store;

    @Option(names = "--key-file", paramLabel = "FILE", description = "the key that seals the store")
    @Nullable String keyFile;

    @Option(
            names = "--second-key-file",
            paramLabel = "FILE",
            description = "a key that also opens the store")
    @Nullable String secondKeyFile;

    @Option(names = "--store-url-file", paramLabel = "FILE", description = "holds Redis's address")
    @Nullable String storeUrlFile;

    @Option(names = "--ca-file", paramLabel = "PEM", description = "further roots for upstreams")
    @Nullable String caFile;

    @Option(
            names = "--insecure-http",
            paramLabel = "HOST:PORT",
            description = "OAuth may go there without TLS; repeatable",
            split = ",")
    List<String> insecureHttp = List.of();

    @Option(
            names = "--intercept",
            paramLabel = "HOST",
            split = ",",
            description = "take TLS off there, too: HOST or *.DOMAIN; repeatable")
    List<String> intercept = List.of();

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "of a client registered by hand, for 'serve URL'")
    @Nullable String clientId;

    @Option(names = "--client-secret-file", paramLabel = "FILE", description = "its secret")
    @Nullable String clientSecretFile;

    @Option(names = "--client-issuer", paramLabel = "URL", description = "whom it belongs to")
    @Nullable String clientIssuer;

    @Option(
            names = "--client-metadata-url",
            paramLabel = "URL",
            description = "client id metadata document")
    @Nullable String clientMetadataUrl;

    @Option(
            names = "--scope",
            paramLabel = "SCOPES",
            description = "pinned scopes, for 'serve URL'")
    @Nullable String scope;

    @Option(
            names = "--resource",
            paramLabel = "auto|none|URI",
            description = "resource indicator, for 'serve URL'")
    @Nullable String resource;

    @Option(
            names = "--log-format",
            paramLabel = "auto|text|json",
            description = "form of log lines")
    @Nullable String logFormat;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "error, warn, info, debug, trace")
    @Nullable String logLevel;

    /**
     * The configuration.
     *
     * @param url the upstream of {@code serve URL}; null for none
     */
    SidekeyConfig load(@Nullable String url, Map<String, String> environment)
            throws ConfigException {
        return load(url, environment, List.of());
    }

    /**
     * The configuration, with more settings that come before all others.
     *
     * @param url the upstream of {@code serve URL}; null for none
     */
    SidekeyConfig load(@Nullable String url, Map<String, String> environment, List<Said> first)
            throws ConfigException {
        return load(url, environment, first, new HashMap<>());
    }

    /**
     * The same, and tells which files it wanted.
     *
     * @param wanted see {@link ConfigLoader.Files}
     */
    SidekeyConfig load(
            @Nullable String url,
            Map<String, String> environment,
            List<Said> first,
            Map<Path, String> wanted)
            throws ConfigException {
        var variables = new Variables(environment);
        var said = variables.secrets();
        said.addAll(said(url));
        said.addAll(first);
        var mistyped = variables.mistyped(flags());
        SidekeyConfig config;
        try {
            var files = new ConfigLoader.Files(ConfigFile.orOwn(file, environment), wanted);
            config = ConfigLoader.load(said, environment, files, check());
        } catch (ConfigException e) {
            mistyped.addAll(e.violations());
            throw new ConfigException(mistyped);
        }
        if (!mistyped.isEmpty()) {
            throw new ConfigException(mistyped);
        }
        return config;
    }

    private UpstreamCheck check() {
        return command.root().userObject() instanceof SidekeyCommand whole
                ? whole.check()
                : (upstream, complaints) -> {};
    }

    /** Whether a flag stands on the command line itself. */
    boolean isGiven(String flag) {
        return command.commandLine().getParseResult().hasMatchedOption(flag);
    }

    /** The long names of all flags here. */
    Set<String> flags() {
        return command.options().stream()
                .filter(EnvironmentDefaults::isSetting)
                .map(OptionSpec::longestName)
                .collect(Collectors.toSet());
    }

    /** What flags and their variables say. */
    List<Said> said(@Nullable String url) {
        var said = new ArrayList<Said>();
        if (url != null) {
            said.add(Said.of(DEFAULT + ".url", url, "URL"));
        }
        upstreams.forEach((name, value) ->
                said.add(
                        new Said(
                                List.of("upstreams", name, "url"),
                                List.of(value),
                                source("--upstream"))));
        add(said, "listen", listen, "--listen");
        add(said, "admin-listen", adminListen, "--admin-listen");
        add(said, "admin-token-file", adminTokenFile, "--admin-token-file");
        add(said, "agents", agents, "--agents");
        add(said, "proxy-auth-file", proxyAuthFile, "--proxy-auth-file");
        add(said, "public-url", publicUrl, "--public-url");
        add(said, "state-dir", stateDir, "--state-dir");
        add(said, "trust-dir", trustDir, "--trust-dir");
        add(said, "login-wait", loginWait, "--login-wait");
        add(said, "login-ttl", loginTtl, "--login-ttl");
        add(said, "browser", browser, "--browser");
        add(said, "store.type", store, "--store");
        add(said, "store.key-file", keyFile, "--key-file");
        add(said, "store.second-key-file", secondKeyFile, "--second-key-file");
        add(said, "store.url-file", storeUrlFile, "--store-url-file");
        add(said, "ca-file", caFile, "--ca-file");
        if (!insecureHttp.isEmpty()) {
            said.add(new Said(List.of("insecure-http"), insecureHttp, source("--insecure-http")));
        }
        if (!intercept.isEmpty()) {
            said.add(new Said(List.of("egress", "intercept"), intercept, source("--intercept")));
        }
        addDefaultUpstream(said);
        add(said, "log.format", logFormat, "--log-format");
        add(said, "log.level", logLevel, "--log-level");
        return said;
    }

    private void addDefaultUpstream(List<Said> said) {
        add(said, DEFAULT + ".client.id", clientId, "--client-id");
        add(said, DEFAULT + ".client.secret-file", clientSecretFile, "--client-secret-file");
        add(said, DEFAULT + ".client.issuer", clientIssuer, "--client-issuer");
        add(said, DEFAULT + ".client.metadata-url", clientMetadataUrl, "--client-metadata-url");
        add(said, DEFAULT + ".scopes", scope, "--scope");
        add(said, DEFAULT + ".resource", resource, "--resource");
    }

    private void add(List<Said> said, String key, @Nullable String value, String flag) {
        if (value != null) {
            said.add(Said.of(key, value, source(flag)));
        }
    }

    /** The flag, or its variable when it was not on the command line. */
    private String source(String flag) {
        return isGiven(flag) ? flag : Variables.of(flag);
    }
}
