package dev.sidekey.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an upgrade keeps, done by Helm itself before as much of a cluster as it asks. */
class UpgradeTest {
    private static final Path CHART = Path.of("helm", "sidekey");
    private static final String AGENTS = "tools-sidekey-agents";
    private static final String ADMIN = "tools-sidekey-admin";

    @TempDir Path work;

    @Test
    void tokensStayAndANewAgentGetsOne() throws Exception {
        var values = work.resolve("values.yaml");
        Files.writeString(values, "agents: { names: [agent, second] }");
        try (var cluster = new FakeCluster()) {
            cluster.secret(AGENTS, "agent", "what-the-agent-shows");
            cluster.secret(ADMIN, "admin", "what-operators-show");

            new Helm(CHART)
                    .upgrade()
                    .withName("tools")
                    .withNamespace("agents")
                    .withKubeConfigContents(cluster.kubeConfig())
                    .disableOpenApiValidation()
                    .withValuesFile(values)
                    .call();

            var tokens = cluster.change(AGENTS).path("data");
            assertThat(tokens.path("second").asText()).hasSizeGreaterThan(50);
            assertThat(tokens.has("agent")).isFalse();
            // its labels are changed, so it was looked at
            assertThat(cluster.change(ADMIN).has("metadata")).isTrue();
            assertThat(cluster.change(ADMIN).has("data")).isFalse();
        }
    }
}
