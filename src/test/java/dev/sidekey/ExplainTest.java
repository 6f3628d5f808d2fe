package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code sidekey explain}: which rule came from where, without a login and without a secret. */
final class ExplainTest extends RoadTest {

    private static JsonNode explain(RunningSidekey sidekey) throws Exception {
        var answer = sidekey.admin("/api/v1/upstreams/default/explain");
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body());
    }

    private static Map<String, String> rules(JsonNode explanation) {
        var rules = new HashMap<String, String>();
        explanation
                .path("rules")
                .forEach(rule ->
                        rules.put(
                                rule.path("rule").asText(),
                                rule.path("value").asText()
                                        + " | "
                                        + rule.path("source").asText()));
        return rules;
    }

    @Test
    void eachRuleNamesItsSource() throws Exception {
        authorization.switches.listsPkce = false;
        mcp.switches.needed = Scopes.of("read");
        var config = config();
        config.profile = "entra";
        try (var sidekey = start(config)) {
            var explanation = explain(sidekey);
            assertThat(explanation.path("profiles")).hasSize(1);
            assertThat(explanation.path("problem").isNull()).isTrue();
            assertThat(rules(explanation))
                    .containsEntry("resource", "none | profile entra")
                    .containsEntry("assume-pkce", "true | profile entra")
                    .containsEntry("dpop", "auto | default")
                    .containsEntry("issuer", authorization.issuer() + " | wire")
                    .containsEntry("scopes asked for", "read | wire")
                    .containsEntry("resource sent", "(left out) | profile entra")
                    .containsEntry("client", "registered by Sidekey | wire")
                    .containsEntry("token bound to a key", "false | wire")
                    .containsEntry("PKCE listed", "false | wire");
            assertThat(explanation.path("advice").toString()).contains("Register an app");
            assertThat(sidekey.logins()).isEmpty();
        }
        assertThat(count("/register")).isZero();
        assertThat(count("/authorize")).isZero();
    }

    @Test
    void whatStandsInTheWayIsSaid() throws Exception {
        authorization.switches.issuerInMetadata = "https://other.example";
        try (var sidekey = start()) {
            assertThat(explain(sidekey).path("problem").asText())
                    .contains("names another issuer: https://other.example")
                    .contains("accept-issuers");
        }
    }

    @Test
    void noSecretIsShown() throws Exception {
        var config = config();
        config.clientId = "static-app";
        config.clientSecret = Secret.of("CaNaRy");
        config.clientIssuer = authorization.issuer();
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(explain(sidekey).toString())
                    .contains("registered by hand: static-app")
                    .doesNotContain("CaNaRy")
                    .doesNotContainPattern("(access|refresh)-\\d");
        }
    }

    @Test
    void anUnknownUpstreamIsSaidSo() throws Exception {
        try (var sidekey = start()) {
            assertThat(sidekey.admin("/api/v1/upstreams/nobody/explain").statusCode())
                    .isEqualTo(404);
        }
    }
}
