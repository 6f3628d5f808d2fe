package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * The official conformance suite through Sidekey, strict, a process a run; see
 * src/test/conformance/README.md. Writes docs/conformance.md.
 */
class ConformanceIT {
    private static final int CORE_RUNS = 41;

    /** The extensions' scenarios, each run for two revisions; all others are the core path's. */
    private static final List<String> EXTENSIONS =
            List.of(
                    "client-credentials-basic",
                    "client-credentials-jwt",
                    "dpop",
                    "dpop-nonce",
                    "enterprise-managed-authorization",
                    "wif-jwt-bearer");

    private static final String AUTHORIZATION =
            "auth/(?!client-credentials|enterprise|wif|dpop)|^auth/("
                    + String.join("|", EXTENSIONS)
                    + ")$";
    private static final String TRANSPARENCY =
            "^(initialize|tools_call|elicitation-sep1034-client-defaults|sse-retry|request-metadata"
                    + "|http-standard-headers|http-custom-headers|json-schema-2020-12-preservation"
                    + "|sep-2322-client-request-state)$";

    @TestFactory
    @Timeout(value = 40, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> everyAuthorizationRunPasses() throws Exception {
        var tools = NodeTools.install();
        var auth = suite(tools, "auth", AUTHORIZATION);
        var transparency = suite(tools, "nonauth", TRANSPARENCY);
        Files.writeString(Path.of("docs", "conformance.md"), page(auth, transparency));
        var all = new ArrayList<DynamicTest>();
        for (var results : List.of(auth, transparency)) {
            results.forEach(result -> all.add(test(result)));
        }
        var runs = CORE_RUNS + 2 * EXTENSIONS.size();
        all.add(
                DynamicTest.dynamicTest(
                        "all " + runs + " authorization runs were made",
                        () -> assertThat(auth.size()).isEqualTo(runs)));
        return all.stream();
    }

    private static DynamicTest test(JsonNode result) {
        var name = result.path("version").asText() + " " + result.path("scenario").asText();
        return DynamicTest.dynamicTest(
                name,
                () ->
                        assertThat(result.path("verdict").asText())
                                .as("%s: %s", name, result.toPrettyString())
                                .isEqualTo("PASS"));
    }

    private static JsonNode suite(NodeTools tools, String set, String only) throws Exception {
        var out = tools.work().resolve("results-" + set);
        var command =
                List.of(
                        tools.node(),
                        tools.script("run-suite.mjs"),
                        "--name",
                        "sidekey",
                        "--set",
                        set,
                        "--only",
                        only,
                        "--jobs",
                        "2",
                        "--out",
                        out.toString(),
                        "--command",
                        tools.node() + " " + tools.script("harness.mjs"));
        var environment =
                Map.of(
                        "STRICT_TRANSPARENT",
                        "1",
                        "CLIENT_HEADERS",
                        "{\"authorization\":\"Bearer junk\"}",
                        "SIDEKEY",
                        System.getProperty("sidekey.launcher", "./sidekey"));
        NodeTools.run(command, environment);
        return new JsonMapper().readTree(out.resolve("summary.json").toFile());
    }

    private static String page(JsonNode auth, JsonNode transparency) {
        var page = new StringBuilder();
        page.append(
                """
                # Conformance

                Written by `make conformance` (also within `make test`): the official suite
                `@modelcontextprotocol/conformance` 0.2.0-alpha.12 through Sidekey, strict, with a client that has no
                OAuth; see src/test/conformance/README.md. Among them are extensions' runs; the suite has 53 in all.

                """);
        table(page, "Authorization", auth);
        table(page, "Transparency", transparency);
        return page.toString();
    }

    private static void table(StringBuilder page, String title, JsonNode results) {
        long passed = 0;
        for (var result : results) {
            passed += result.path("verdict").asText().equals("PASS") ? 1 : 0;
        }
        page.append("## %s: %d of %d%n%n".formatted(title, passed, results.size()));
        page.append("| revision | scenario | checks | verdict |\n| --- | --- | --- | --- |\n");
        for (var result : results) {
            page.append(
                    "| %s | %s | %d | %s |%n"
                            .formatted(
                                    result.path("version").asText(),
                                    result.path("scenario").asText(),
                                    result.path("ok").asInt(),
                                    result.path("verdict").asText()));
        }
        page.append('\n');
    }
}
