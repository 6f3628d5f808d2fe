package dev.sidekey.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One chart directory, and what Helm makes of it. */
final class Chart {
    private static final String KUBERNETES = "1.34.0";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** Refuses a field that the type does not have; the model alone would collect it. */
    private static final ObjectMapper STRICT =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .setAnnotationIntrospector(
                            new JacksonAnnotationIntrospector() {
                                @Override
                                public Boolean hasAnySetter(Annotated annotated) {
                                    return false;
                                }
                            });

    private static final Map<String, Class<?>> TYPES =
            Map.ofEntries(
                    Map.entry("v1/ConfigMap", ConfigMap.class),
                    Map.entry("v1/Secret", Secret.class),
                    Map.entry("v1/Service", Service.class),
                    Map.entry("v1/ServiceAccount", ServiceAccount.class),
                    Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
                    Map.entry("apps/v1/Deployment", Deployment.class),
                    Map.entry("batch/v1/Job", Job.class),
                    Map.entry(
                            "autoscaling/v2/HorizontalPodAutoscaler",
                            HorizontalPodAutoscaler.class),
                    Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
                    Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
                    Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
                    Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", HTTPRoute.class),
                    Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class),
                    Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class));

    private final Path directory;

    Chart(Path directory) {
        this.directory = directory;
    }

    /**
     * The objects that values make, each read as the type of Kubernetes that it names.
     *
     * @throws IllegalStateException with Helm's words when it refuses
     */
    List<JsonNode> render(String values) throws IOException {
        var file = Files.createTempFile("values", ".yaml");
        try {
            Files.writeString(file, values);
            return read(
                    new Helm(directory)
                            .template()
                            .withKubeVersion(KUBERNETES)
                            .withName("tools")
                            .withNamespace("agents")
                            .withValuesFile(file)
                            .call());
        } finally {
            Files.delete(file);
        }
    }

    /** What Helm tells whoever installs the chart. */
    String notes(String values) throws IOException {
        var file = Files.createTempFile("values", ".yaml");
        try {
            Files.writeString(file, values);
            return new Helm(directory)
                    .install()
                    .clientOnly()
                    .dryRun()
                    .withDryRunOption(DryRun.CLIENT)
                    .withKubeVersion(KUBERNETES)
                    .withName("tools")
                    .withNamespace("agents")
                    .withValuesFile(file)
                    .call()
                    .getOutput();
        } finally {
            Files.delete(file);
        }
    }

    private static List<JsonNode> read(String text) throws IOException {
        var objects = new ArrayList<JsonNode>();
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            while (documents.hasNext()) {
                var one = documents.next();
                if (one != null && one.has("kind")) {
                    check(one);
                    objects.add(one);
                }
            }
        }
        return objects;
    }

    private static void check(JsonNode object) throws JsonProcessingException {
        var name = object.path("apiVersion").asText() + "/" + object.path("kind").asText();
        var type = TYPES.get(name);
        if (type == null) {
            throw new IllegalStateException("no type to hold against " + name);
        }
        STRICT.treeToValue(object, type);
    }

    /** What Helm's own check says, strictly; empty when it is content. */
    List<String> lint() {
        var result = new Helm(directory).lint().strict().call();
        return result.isFailed() ? result.getMessages() : List.of();
    }

    /** The only object of a kind. */
    static JsonNode only(List<JsonNode> objects, String kind) {
        var found = objects.stream().filter(one -> one.path("kind").asText().equals(kind)).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " objects of kind " + kind);
        }
        return found.getFirst();
    }
}
