package dev.sidekey.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart's NetworkPolicy lets in and out, read as a cluster's network reads it. */
class NetworkPolicyTest {
    private static final Chart CHART = new Chart(Path.of("helm", "sidekey"));
    private static final String ALONE = "networkPolicy: { enabled: true }\n";
    private static final String WITH_REDIS =
            ALONE + "store: { type: redis, redis: { existingSecret: shared } }\n";
    private static final String WITH_REDIS_AT_ONE_PLACE =
            """
            networkPolicy: { enabled: true, redis: { ports: [6380], to: [{ ipBlock: { cidr: 10.9.0.0/16 } }] } }
            store: { type: redis, redis: { existingSecret: shared } }
            """;

    /** Values, an address, a port of TCP, and whether Sidekey reaches it. */
    static Stream<Arguments> connections() {
        return Stream.of(
                arguments("an MCP server", ALONE, "93.184.216.34", 443, true),
                arguments("the same by IPv6", ALONE, "2606:2800:220:1::1", 443, true),
                arguments("a server without TLS", ALONE, "93.184.216.34", 80, false),
                arguments("DNS within the cluster", ALONE, "10.0.0.10", 53, true),
                arguments("a neighbour in the cluster", ALONE, "10.1.2.3", 443, false),
                arguments("a neighbour in carriers' space", ALONE, "100.64.1.2", 443, false),
                arguments("a cloud's metadata", ALONE, "169.254.169.254", 443, false),
                arguments("the same by IPv6", ALONE, "fd00:ec2::254", 443, false),
                arguments("a Redis that nobody stores in", ALONE, "10.1.2.3", 6379, false),
                arguments("the store", WITH_REDIS, "10.1.2.3", 6379, true),
                arguments("more of the store's host", WITH_REDIS, "10.1.2.3", 443, false),
                arguments("the store's place", WITH_REDIS_AT_ONE_PLACE, "10.9.2.3", 6380, true),
                arguments("another place", WITH_REDIS_AT_ONE_PLACE, "10.1.2.3", 6380, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connections")
    void itReachesWhatItNeedsAndNothingElse(
            String what, String values, String address, int port, boolean reached)
            throws Exception {
        var policy = Chart.only(CHART.render(values), "NetworkPolicy");

        assertThat(reaches(policy, address, port)).as(what).isEqualTo(reached);
    }

    @Test
    void agentsOfTheNamespaceReachTheirPortAndTheAdminPortGuardsItself() throws Exception {
        var rules = Chart.only(CHART.render(ALONE), "NetworkPolicy").at("/spec/ingress");

        assertThat(rules).hasSize(2);
        assertThat(rules.at("/0/ports/0/port").asText()).isEqualTo("agents");
        assertThat(rules.at("/0/from").toString()).isEqualTo("[{\"podSelector\":{}}]");
        assertThat(rules.at("/1/ports/0/port").asText()).isEqualTo("admin");
        assertThat(rules.get(1).has("from")).isFalse();
    }

    @Test
    void theAdminPortCanBeKeptToWhoeverIsNamed() throws Exception {
        var values = ALONE.replace(" }", ", admin: [{ namespaceSelector: {} }] }");
        var rules = Chart.only(CHART.render(values), "NetworkPolicy").at("/spec/ingress");

        assertThat(rules.at("/1/from/0").has("namespaceSelector")).isTrue();
    }

    @Test
    void itIsOfBothDirectionsAndOfTheDeploymentsOwnPods() throws Exception {
        var objects = CHART.render(ALONE);
        var spec = Chart.only(objects, "NetworkPolicy").path("spec");
        var labels = Chart.only(objects, "Deployment").at("/spec/template/metadata/labels");

        assertThat(spec.path("policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
        assertThat(spec.at("/podSelector/matchLabels").properties())
                .isNotEmpty()
                .isSubsetOf(labels.properties());
    }

    private static boolean reaches(JsonNode policy, String address, int port) {
        for (var rule : policy.at("/spec/egress")) {
            if (elements(rule.path("ports")).anyMatch(one -> isTcp(one, port))
                    && (!rule.has("to") || isAmong(rule.path("to"), address))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTcp(JsonNode rule, int port) {
        return rule.path("protocol").asText("TCP").equals("TCP")
                && rule.path("port").asInt() == port;
    }

    private static boolean isAmong(JsonNode peers, String address) {
        return elements(peers)
                .map(peer -> peer.path("ipBlock"))
                .anyMatch(block ->
                        contains(block.path("cidr").asText(), address)
                                && elements(block.path("except"))
                                        .noneMatch(one -> contains(one.asText(), address)));
    }

    private static boolean contains(String cidr, String address) {
        var parts = List.of(cidr.split("/", -1));
        var base = bits(parts.getFirst());
        var own = bits(address);
        int length = Integer.parseInt(parts.getLast());
        return base.length() == own.length() && own.startsWith(base.substring(0, length));
    }

    /** An address in binary digits; no name is looked up. */
    private static String bits(String address) {
        var text = new StringBuilder();
        for (byte one : InetAddress.ofLiteral(address).getAddress()) {
            text.append(Integer.toBinaryString(0x100 | (one & 0xff)), 1, 9);
        }
        return text.toString();
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
