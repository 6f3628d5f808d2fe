package dev.sidekey.grant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.config.ConfigLoader;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.grant.Grant.Offer;
import dev.sidekey.oauth.AuthorizationServerMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which grant is taken: what is configured, else stored, else what inputs and lists call for. */
class GrantsTest {
    private static final String ALL =
            "authorization_code client_credentials urn:ietf:params:oauth:grant-type:device_code"
                    + " urn:ietf:params:oauth:grant-type:jwt-bearer"
                    + " urn:ietf:params:oauth:grant-type:token-exchange";

    @TempDir Path dir;

    private UpstreamConfig upstream(String settings) throws Exception {
        var yaml = "upstreams: {a: {url: 'https://a/'" + settings + "}}";
        var file = Files.writeString(dir.resolve("sidekey.yaml"), yaml);
        var config = ConfigLoader.load(List.of(), Map.of(), file, (_, _) -> {});
        return Objects.requireNonNull(config.upstreams().get("a"));
    }

    /** A server with every endpoint. */
    private static Offer offer(@Nullable String listed, boolean headless) throws Exception {
        var document = new JsonMapper().createObjectNode();
        document.put("issuer", "https://as");
        for (var endpoint : List.of("authorization", "token", "device_authorization")) {
            document.put(endpoint + "_endpoint", "https://as/" + endpoint);
        }
        document.putArray("code_challenge_methods_supported").add("S256");
        if (listed != null) {
            var list = document.putArray("grant_types_supported");
            List.of(listed.split(" ")).forEach(list::add);
        }
        var metadata = AuthorizationServerMetadata.parse(document);
        return new Offer(Objects.requireNonNull(metadata), false, headless);
    }

    private static String chosen(Grants.Choice choice) {
        return switch (choice) {
            case Grants.Chosen(var grant) -> grant.name();
            case Grants.NoGrant(var unfit) -> unfit.reason();
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    "" | authorization_code
                    ", client: {id: c, secret: s}" | authorization_code
                    ", assertion: {file: /a}" | jwt_bearer
                    ", assertion: {file: /a}, client: {id: c}" | jwt_bearer
                    ", subject-token: {file: /a}" | token_exchange
                    ", subject-token: {file: /a}, identity-provider: {issuer: 'https://i'}" | id_jag
                    ", identity-provider: {issuer: 'https://i'}" | id_jag
                    ", grant: client_credentials, assertion: {file: /a}" | client_credentials
                    ", grant: device_code" | device_code
                    """)
    void theInputsDecideWhereTheServerListsEverything(String settings, String grant)
            throws Exception {
        var choice = Grants.choose(upstream(settings), null, offer(ALL, false));
        assertThat(chosen(choice)).isEqualTo(grant);
    }

    @Test
    void whatTheServerListsDecidesWhereTheInputsServeSeveral() throws Exception {
        var client = upstream(", client: {id: c, secret: s}");
        assertThat(chosen(Grants.choose(client, null, offer("client_credentials", false))))
                .isEqualTo("client_credentials");
        assertThat(chosen(Grants.choose(client, null, offer(null, false))))
                .isEqualTo("authorization_code");
        var platform = upstream(", client: {id: c}, assertion: {file: /a}");
        assertThat(chosen(Grants.choose(platform, null, offer("client_credentials", false))))
                .as("its assertion is what the client authenticates with")
                .isEqualTo("client_credentials");
    }

    @Test
    void aStoredCredentialStandsBeforeWhatIsInferredAndBehindWhatIsConfigured() throws Exception {
        assertThat(chosen(Grants.choose(upstream(""), "device_code", offer(ALL, false))))
                .isEqualTo("device_code");
        var configured = upstream(", grant: authorization_code");
        assertThat(chosen(Grants.choose(configured, "device_code", offer(ALL, false))))
                .isEqualTo("authorization_code");
    }

    @Test
    void aCodeServesWhereNoBrowserCanComeBackAndTheServerListsIt() throws Exception {
        assertThat(chosen(Grants.choose(upstream(""), null, offer(ALL, true))))
                .isEqualTo("device_code");
        assertThat(chosen(Grants.choose(upstream(""), null, offer(null, true))))
                .isEqualTo("authorization_code");
    }

    @Test
    void noOtherIsTakenWhereTheOneCalledForIsNotOffered() throws Exception {
        var pod = upstream(", assertion: {file: /a}");
        assertThat(chosen(Grants.choose(pod, null, offer("authorization_code", false))))
                .isEqualTo("grant_not_supported");
    }
}
