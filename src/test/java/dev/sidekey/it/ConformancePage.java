package dev.sidekey.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** docs/conformance.md: what the suite said, a line a scenario and revision, a column a road. */
final class ConformancePage {
    /** The roads as the suite's runner calls them, and as people do. */
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("reverse", "reverse");
        NAMES.put("absolute", "absolute-form");
        NAMES.put("connect", "CONNECT");
    }

    private final StringBuilder page =
            new StringBuilder(
                    """
                    # Conformance

                    Written by `make conformance` (`make test` takes the first road only): the official suite
                    `@modelcontextprotocol/conformance` 0.2.0-alpha.12 through Sidekey, strict, with a client that has no
                    OAuth; see src/test/conformance/README.md. Among them are extensions' runs; the suite has 53 in all.

                    The agent goes to Sidekey itself (reverse), or to the suite's own URL with Sidekey for a proxy: by
                    absolute-form, or by CONNECT to the suite behind TLS.

                    """);

    /** Adds a table. */
    void add(String title, JsonNode results) {
        var roads =
                NAMES.keySet().stream()
                        .filter(road -> results.findValuesAsText("road").contains(road))
                        .toList();
        var rows = new TreeMap<String, Map<String, JsonNode>>();
        for (var result : results) {
            var row =
                    "| %s | %s |"
                            .formatted(
                                    result.path("version").asText(),
                                    result.path("scenario").asText());
            rows.computeIfAbsent(row, _ -> new LinkedHashMap<>())
                    .put(result.path("road").asText(), result);
        }
        page.append("## %s: %s%n%n".formatted(title, counts(roads, rows)));
        page.append("| revision | scenario | checks |%s%n".formatted(cells(roads, NAMES::get)));
        page.append("| --- | --- | --- |%s%n".formatted(cells(roads, _ -> "---")));
        rows.forEach((row, byRoad) -> {
            var checks = byRoad.values().iterator().next().path("ok").asInt();
            var verdicts =
                    cells(
                            roads,
                            road ->
                                    byRoad.containsKey(road)
                                            ? byRoad.get(road).path("verdict").asText()
                                            : "-");
            page.append("%s %d |%s%n".formatted(row, checks, verdicts));
        });
        page.append('\n');
    }

    private static String cells(List<String> roads, Function<String, String> cell) {
        return roads.stream()
                .map(road -> " " + cell.apply(road) + " |")
                .collect(Collectors.joining());
    }

    private static String counts(List<String> roads, Map<String, Map<String, JsonNode>> rows) {
        return roads.stream()
                .map(road -> count(road, roads.size(), rows))
                .collect(Collectors.joining(", "));
    }

    private static String count(String road, int roads, Map<String, Map<String, JsonNode>> rows) {
        var made = rows.values().stream().filter(row -> row.containsKey(road)).toList();
        var passed =
                made.stream()
                        .filter(row -> row.get(road).path("verdict").asText().equals("PASS"))
                        .count();
        var name = roads == 1 ? "" : " " + NAMES.get(road);
        return "%d of %d%s".formatted(passed, made.size(), name);
    }

    String text() {
        return page.toString();
    }
}
