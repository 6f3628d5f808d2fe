package dev.sidekey.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.certificate.CertificateAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The official suite, a process a run, each with a Sidekey of its own. These start from an
 * ahead-of-time cache, that of a run made for it, since starting is most of what a run does.
 */
final class ConformanceSuite {
    private final NodeTools tools;
    private final Path tls;
    private final Path cache;

    /**
     * Prepares it: for the suite behind TLS a certificate, and for its agents the CA of Sidekey.
     *
     * @param work for certificates and the cache
     */
    ConformanceSuite(NodeTools tools, Path work) throws Exception {
        this.tools = tools;
        this.tls = Files.createDirectories(work.resolve("tls").toAbsolutePath());
        this.cache = work.resolve("sidekey.aot").toAbsolutePath();
        ServerFiles.make(tls, "localhost");
        var hosts = List.of("localhost");
        new CertificateAuthority(tls.resolve("state"), null, hosts, InstantSource.system())
                .ensure();
        train();
    }

    /** Walks one road once and keeps what the JVM learned; a cache is written at its end. */
    private void train() throws Exception {
        var options =
                "-XX:AOTCacheOutput=%s -Xlog:disable -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining"
                        .formatted(cache);
        var patience =
                Map.of(
                        "SIDEKEY_JAVA_OPTS",
                        options,
                        "PROXY_STOP_MS",
                        "180000",
                        "HARNESS_MAX_MS",
                        "300000");
        var one =
                List.of(
                        "--set",
                        "auth",
                        "--only",
                        "^auth/metadata-default$",
                        "--versions",
                        "2026-07-28",
                        "--roads",
                        "connect",
                        "--timeout",
                        "300000");
        run("training", one, patience);
    }

    /**
     * Makes runs, some at once.
     *
     * @param set of the suite: auth or nonauth
     * @param only which scenarios, a regular expression
     * @param roads how the agent goes: reverse, absolute, connect
     */
    JsonNode run(String set, String only, String roads) throws Exception {
        var options = List.of("--set", set, "--only", only, "--roads", roads, "--jobs", "3");
        var java = "-XX:AOTCache=%s -XX:TieredStopAtLevel=1".formatted(cache);
        return run(set, options, Map.of("SIDEKEY_JAVA_OPTS", java));
    }

    private JsonNode run(String name, List<String> options, Map<String, String> more)
            throws Exception {
        var out = tools.work().resolve("results-" + name);
        var command = new ArrayList<>(List.of(tools.node(), tools.script("run-suite.mjs")));
        command.addAll(List.of("--name", "sidekey", "--out", out.toString()));
        command.addAll(List.of("--command", tools.node() + " " + tools.script("harness.mjs")));
        command.addAll(options);
        var environment = new HashMap<>(more);
        environment.put("TLS_DIR", tls.toString());
        environment.put("STRICT_TRANSPARENT", "1");
        environment.put("CLIENT_HEADERS", "{\"authorization\":\"Bearer junk\"}");
        environment.put("SIDEKEY", System.getProperty("sidekey.launcher", "./sidekey"));
        NodeTools.run(command, environment);
        return new JsonMapper().readTree(out.resolve("summary.json").toFile());
    }
}
