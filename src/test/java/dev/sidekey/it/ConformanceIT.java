package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official conformance suite through Sidekey on each road, strict, a process a run; see
 * src/test/conformance/README.md. Writes docs/conformance.md when {@code -Dsidekey.docs} is set.
 */
class ConformanceIT {
    private static final int CORE_RUNS = 41;

    /** One road within {@code make test}; all three, and the page, by {@code make conformance}. */
    private static final List<String> ROADS =
            List.of(System.getProperty("sidekey.roads", "reverse").split(","));

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

    @TempDir private static Path work;

    @TestFactory
    @Timeout(value = 40, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> everyAuthorizationRunPassesOnEveryRoad() throws Exception {
        var suite = new ConformanceSuite(NodeTools.install(), work);
        var auth = suite.run("auth", AUTHORIZATION, String.join(",", ROADS));
        var transparency = suite.run("nonauth", TRANSPARENCY, "reverse");
        var page = new ConformancePage();
        page.add("Authorization", auth);
        page.add("Transparency", transparency);
        if (System.getProperty("sidekey.docs") != null) {
            Files.writeString(Path.of("docs", "conformance.md"), page.text());
        }
        var all = new ArrayList<DynamicTest>();
        for (var results : List.of(auth, transparency)) {
            results.forEach(result -> all.add(passes(result)));
        }
        var runs = CORE_RUNS + 2 * EXTENSIONS.size();
        for (var road : ROADS) {
            all.add(
                    DynamicTest.dynamicTest(
                            "all " + runs + " authorization runs were made: " + road,
                            () -> assertThat(checks(auth, road)).hasSize(runs)));
            all.add(
                    DynamicTest.dynamicTest(
                            "the suite checked what it checks on the reverse road: " + road,
                            () ->
                                    assertThat(checks(auth, road))
                                            .isEqualTo(checks(auth, ROADS.getFirst()))));
        }
        return all.stream();
    }

    private static DynamicTest passes(JsonNode result) {
        var name = name(result) + " " + result.path("road").asText();
        return DynamicTest.dynamicTest(
                name,
                () ->
                        assertThat(result.path("verdict").asText())
                                .as("%s: %s", name, result.toPrettyString())
                                .isEqualTo("PASS"));
    }

    private static String name(JsonNode result) {
        return result.path("version").asText() + " " + result.path("scenario").asText();
    }

    /** Each run of a road, and which checks the suite made in it. */
    private static Map<String, Set<String>> checks(JsonNode results, String road) {
        var checks = new TreeMap<String, Set<String>>();
        for (var result : results) {
            if (result.path("road").asText().equals(road)) {
                var made = new TreeSet<String>();
                result.path("checkIds").forEach(check -> made.add(check.asText()));
                checks.put(name(result), made);
            }
        }
        return checks;
    }
}
