package dev.sidekey.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart's alert rules and its dashboard, held against the metrics that Sidekey has. */
class AlertsTest {
    private static final Path FILES = Path.of("helm", "sidekey", "files");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Pattern METRIC = Pattern.compile("\\b(?:sidekey|jvm)_[a-z_]+");

    /** Labels in `by (…)`, `on (…)` and before an operator of a selector. */
    private static final Pattern NAMED =
            Pattern.compile("\\b(?:by|on) \\(([a-z, ]+)\\)|[{,] *([a-z]+)(?:=|!=|=~|!~)\"");

    /** In a summary, a legend. */
    private static final Pattern SHOWN = Pattern.compile("\\{\\{ *(?:\\$labels\\.)?([a-z]+) *}}");

    /** An expression, and the texts that are filled from its labels. */
    record Query(String expression, String texts) {
        @Override
        public String toString() {
            return expression;
        }
    }

    static Stream<Query> queries() throws IOException {
        var rules = YAML.readTree(FILES.resolve("rules.yaml").toFile());
        var dashboard = YAML.readTree(FILES.resolve("dashboard.json").toFile());
        return Stream.concat(
                rules.at("/groups/0/rules").valueStream().map(rule -> query(rule, "annotations")),
                dashboard
                        .path("panels")
                        .valueStream()
                        .flatMap(panel -> panel.path("targets").valueStream())
                        .map(target -> query(target, "legendFormat")));
    }

    private static Query query(JsonNode node, String texts) {
        return new Query(node.path("expr").asText(), node.path(texts).toString());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void everyLabelThatAQueryNamesIsOneThatItsMetricsHave(Query query) throws Exception {
        var metrics = METRIC.matcher(query.expression).results().map(MatchResult::group).toList();
        // histograms', and the JVM's
        Set<String> known = new HashSet<>(List.of("le", "area"));
        for (var metric : metrics) {
            known.addAll(labels(metric.replaceAll("_(bucket|count|sum)$", "")));
        }

        assertThat(metrics).isNotEmpty();
        assertThat(known).containsAll(named(query));
    }

    private static Set<String> named(Query query) {
        var named = new TreeSet<String>();
        NAMED.matcher(query.expression)
                .results()
                .forEach(found -> {
                    var list = found.group(1) == null ? found.group(2) : found.group(1);
                    named.addAll(List.of(list.split(", *", -1)));
                });
        SHOWN.matcher(query.texts).results().forEach(found -> named.add(found.group(1)));
        return named;
    }

    private static Set<String> labels(String metric) throws IOException {
        var row = Pattern.compile("(?m)^\\| `" + metric + "` \\| \\w+ \\| ([^|]*) \\|");
        var found = row.matcher(Files.readString(Path.of("docs", "metrics.md")));
        if (!found.find()) {
            return Set.of();
        }
        var labels = new TreeSet<String>();
        Pattern.compile("\\w+")
                .matcher(found.group(1))
                .results()
                .forEach(one -> labels.add(one.group()));
        return labels;
    }

    @Test
    void whatTheOperatorMustKnowOfHasAnAlert() throws Exception {
        assertThat(queries().map(Query::expression).limit(4))
                .anyMatch(one -> one.contains("token_expiry") && one.contains("refreshable == 0"))
                .anyMatch(one -> one.contains("login_required"))
                .anyMatch(one -> one.contains("oauth_refresh_total"))
                .anyMatch(one -> one.contains("challenges_total"));
    }
}
