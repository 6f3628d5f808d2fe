package dev.sidekey.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * Kubernetes' Pod Security Standard "restricted", in its own words (pod-security-standards), for
 * what a pod template says.
 */
final class RestrictedPods {
    private static final Set<String> VOLUMES =
            Set.of(
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");

    private RestrictedPods() {}

    static void check(JsonNode pod) {
        for (var key : Set.of("hostNetwork", "hostPID", "hostIPC")) {
            assertThat(pod.path(key).asBoolean(false)).as(key).isFalse();
        }
        for (var volume : pod.path("volumes")) {
            volume.fieldNames()
                    .forEachRemaining(name -> {
                        if (!name.equals("name")) {
                            assertThat(VOLUMES).contains(name);
                        }
                    });
        }
        for (var list : Set.of("initContainers", "containers")) {
            pod.path(list).forEach(container -> container(pod.path("securityContext"), container));
        }
    }

    private static void container(JsonNode podContext, JsonNode container) {
        var context = container.path("securityContext");
        var name = container.path("name").asText();
        assertThat(context.path("privileged").asBoolean(false)).as(name).isFalse();
        assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).as(name).isFalse();
        assertThat(context.at("/capabilities/drop/0").asText()).as(name).isEqualTo("ALL");
        assertThat(context.at("/capabilities/add").size()).as(name).isZero();
        assertThat(either(context, podContext, "/runAsNonRoot").asBoolean()).as(name).isTrue();
        assertThat(either(context, podContext, "/runAsUser").asInt(1)).as(name).isPositive();
        assertThat(either(context, podContext, "/seccompProfile/type").asText())
                .as(name)
                .isIn("RuntimeDefault", "Localhost");
        container.path("ports").forEach(port -> assertThat(port.has("hostPort")).isFalse());
    }

    private static JsonNode either(JsonNode context, JsonNode podContext, String pointer) {
        var own = context.at(pointer);
        return own.isMissingNode() ? podContext.at(pointer) : own;
    }
}
