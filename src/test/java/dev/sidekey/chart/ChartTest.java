package dev.sidekey.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sidekey.config.ConfigLoader;
import dev.sidekey.config.SidekeyConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {
    private static final Path DIRECTORY = Path.of("helm", "sidekey");
    private static final Path EXAMPLES = Path.of("helm", "examples");
    private static final Chart CHART = new Chart(DIRECTORY);
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @TempDir Path work;

    static List<String> good() throws IOException {
        var good = new ArrayList<>(documents("good-values.yaml"));
        good.add(Files.readString(EXAMPLES.resolve("import-values.yaml")));
        return good;
    }

    static List<String> wrong() throws IOException {
        return documents("wrong-values.yaml");
    }

    private static List<String> documents(String file) throws IOException {
        var text = Files.readString(Path.of("src", "test", "resources", "chart", file));
        return List.of(text.split("(?m)^---\n", -1));
    }

    @Test
    void helmHasNothingAgainstIt() {
        assertThat(CHART.lint()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyObjectIsOfKubernetesOwnTypeAndEveryPodIsRestricted(String values) throws Exception {
        var objects = CHART.render(values);

        assertThat(objects).isNotEmpty();
        for (var object : objects) {
            var pod = object.at("/spec/template/spec");
            if (!pod.isMissingNode()) {
                RestrictedPods.check(pod);
            }
        }
    }

    @Test
    void theJobThatMovesAStoreIsRestrictedToo() throws Exception {
        var job = YAML.readTree(EXAMPLES.resolve("move-job.yaml").toFile());

        RestrictedPods.check(job.at("/spec/template/spec"));
    }

    /** The first line of each says what the message must name. */
    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongValueIsRefusedByItsName(String values) {
        var named = values.lines().findFirst().orElseThrow().substring("# ".length());

        assertThatThrownBy(() -> CHART.render(values)).hasMessageContaining(named);
    }

    @Test
    void whatTheChartWritesIsAConfigurationThatSidekeyTakes() throws Exception {
        for (var values : good()) {
            for (var object : CHART.render(values)) {
                var text = object.at("/data/sidekey.yaml").asText("");
                if (!text.isEmpty()) {
                    assertThat(load(text).upstreams()).isNotNull();
                }
            }
        }
    }

    private SidekeyConfig load(String text) throws Exception {
        var secrets = Files.createDirectories(work.resolve("secrets"));
        var matcher = Pattern.compile("/run/secrets/[a-z-]+/([a-z-]+)").matcher(text);
        while (matcher.find()) {
            var name = matcher.group(1);
            var own = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 32);
            Files.writeString(
                    secrets.resolve(name),
                    name.equals("url")
                            ? "redis://redis:6379"
                            : Base64.getEncoder().encodeToString(own));
        }
        var file = work.resolve("sidekey.yaml");
        Files.writeString(file, text.replaceAll("/run/secrets/[a-z-]+/", secrets + "/"));
        return ConfigLoader.load(new ArrayList<>(), Map.of(), file);
    }

    @Test
    void aChangedConfigurationMakesANewPod() throws Exception {
        var one = checksum("config: { upstreams: { a: https://a.example.com/mcp } }");
        var other = checksum("config: { upstreams: { a: https://b.example.com/mcp } }");

        assertThat(one).hasSize(64).isNotEqualTo(other);
    }

    private static String checksum(String values) throws Exception {
        var deployment = Chart.only(CHART.render(values), "Deployment");
        return deployment
                .at("/spec/template/metadata/annotations")
                .path("checksum/config")
                .asText();
    }

    @Test
    void eachAgentGetsARandomToken() throws Exception {
        var secrets =
                CHART.render("agents: { names: [a, b] }").stream()
                        .filter(one -> one.path("kind").asText().equals("Secret"))
                        .toList();

        assertThat(secrets).hasSize(2);
        for (var secret : secrets) {
            secret.get("data")
                    .forEach(token -> assertThat(token.asText().length()).isGreaterThan(50));
        }
        var agents = secrets.getFirst().get("data");
        assertThat(agents.path("a")).isNotEqualTo(agents.path("b"));
    }

    @Test
    void theNotesTellTheNextCommandAndNoToken() throws Exception {
        assertThat(CHART.notes(""))
                .contains("rollout status deployment/tools-sidekey")
                .contains("get secret tools-sidekey-agents")
                .contains("port-forward");
        assertThat(CHART.notes("mode: sidecar")).contains("sidekey.sidecar.container");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "appVersion"})
    void theVersionIsThatOfThePom(String key) throws Exception {
        var pom = Files.readString(Path.of("pom.xml"));
        var version = Pattern.compile("<version>([^<]+)</version>").matcher(pom);
        assertThat(version.find()).isTrue();

        var chart = YAML.readTree(DIRECTORY.resolve("Chart.yaml").toFile());
        assertThat(chart.path(key).asText()).isEqualTo(version.group(1));
    }

    @Test
    void everyMetricOfRulesAndDashboardIsOneThatSidekeyHas() throws Exception {
        var known = Files.readString(Path.of("docs", "metrics.md"));
        var named = new TreeSet<String>();
        for (var file : List.of("rules.yaml", "dashboard.json")) {
            var text = Files.readString(DIRECTORY.resolve("files").resolve(file));
            var metric = Pattern.compile("\\bsidekey_[a-z_]+").matcher(text);
            while (metric.find()) {
                named.add(metric.group());
            }
        }
        assertThat(named)
                .hasSizeGreaterThan(5)
                .allSatisfy(metric ->
                        assertThat(known)
                                .contains(
                                        "`" + metric.replaceAll("_(bucket|count|sum)$", "") + "`"));
    }

    @Test
    void aPodOfYoursCarriesSidekeyAsANativeSidecar() throws Exception {
        var parent = parentChart();
        var job = Chart.only(parent.render("sidekey: { mode: sidecar }"), "Job");

        var pod = job.at("/spec/template/spec");
        RestrictedPods.check(pod);
        var sidekey = pod.at("/initContainers/0");
        assertThat(sidekey.path("restartPolicy").asText()).isEqualTo("Always");
        assertThat(sidekey.has("startupProbe")).isTrue();
        var agent = pod.at("/containers/0");
        assertThat(names(agent.path("env")))
                .contains("HTTPS_PROXY", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "no_proxy");
        // the agent sees what it must trust and nothing of Sidekey's state
        assertThat(names(agent.path("volumeMounts"))).containsExactly("sidekey-trust");
        assertThat(names(sidekey.path("volumeMounts"))).contains("sidekey-trust");
        assertThat(names(pod.path("volumes"))).contains("sidekey-trust", "sidekey-state");
    }

    private static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        list.forEach(one -> names.add(one.path("name").asText()));
        return names;
    }

    /** The example of docs/kubernetes.md, with this chart as its dependency. */
    private Chart parentChart() throws IOException {
        copy(Path.of("helm", "examples", "agent-job"), work.resolve("agent-job"));
        copy(DIRECTORY, work.resolve("agent-job").resolve("charts").resolve("sidekey"));
        return new Chart(work.resolve("agent-job"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(Files.isDirectory(file) ? target : target.getParent());
                if (Files.isRegularFile(file)) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
