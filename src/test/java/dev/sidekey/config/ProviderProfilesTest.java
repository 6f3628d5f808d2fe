package dev.sidekey.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator's settings before the profile, the profile before the default. */
class ProviderProfilesTest {
    private static final String ENTRA = "https://login.microsoftonline.com/tenant/v2.0";

    @TempDir Path directory;

    private SidekeyConfig load(String yaml) throws IOException, ConfigException {
        var file = Files.writeString(directory.resolve("sidekey.yaml"), yaml);
        return ConfigLoader.load(List.of(), Map.of(), file);
    }

    private UpstreamConfig upstream(String settings) throws Exception {
        return load("upstreams: { a: { url: https://mcp.example.com/, " + settings + " } }")
                .upstreams()
                .get("a");
    }

    private List<Violation> violations(String yaml) {
        var failure = catchThrowableOfType(ConfigException.class, () -> load(yaml));
        return failure == null ? List.of() : failure.violations();
    }

    @Test
    void eachShippedOneSaysWhatItIsForAndDoesOrAdvisesSomething() {
        assertThat(ProviderProfiles.shipped().views())
                .hasSizeGreaterThan(15)
                .allSatisfy(profile -> {
                    assertThat(profile.about()).isNotBlank();
                    assertThat(profile.see()).isNotEmpty().allMatch(u -> u.startsWith("https://"));
                    assertThat(profile.settings().isEmpty() && profile.advice().isEmpty())
                            .isFalse();
                });
    }

    @Test
    void anIssuersProfileHoldsOnceTheIssuerIsKnown() throws Exception {
        var configured = upstream("account: default");
        assertThat(configured.resource()).isEqualTo("auto");
        assertThat(configured.at("https://other.example").origins().applied()).isEmpty();

        var there = configured.at(ENTRA);
        assertThat(there.resource()).isEqualTo("none");
        assertThat(there.refreshScope()).isEqualTo(UpstreamConfig.RefreshScope.REQUESTED);
        assertThat(there.prompt()).isEqualTo(UpstreamConfig.Prompt.NEVER);
        assertThat(there.assumePkce()).isTrue();
        assertThat(there.origins().of("resource")).isEqualTo("profile entra");
        assertThat(there.origins().of("dpop")).isEqualTo("default");
        assertThat(there.at(ENTRA)).isEqualTo(there);
    }

    @Test
    void theOperatorsWordStandsBeforeTheProfile() throws Exception {
        var there = upstream("resource: auto, prompt: auto").at(ENTRA);
        assertThat(there.resource()).isEqualTo("auto");
        assertThat(there.prompt()).isEqualTo(UpstreamConfig.Prompt.AUTO);
        assertThat(there.assumePkce()).isTrue();
        assertThat(there.origins().of("resource")).endsWith("sidekey.yaml:1");
    }

    @Test
    void aMapIsFilledEntryByEntry() throws Exception {
        var there =
                upstream("authorize-params: { prompt: login, hd: example.com }")
                        .at("https://accounts.google.com/");
        assertThat(there.authorizeParams())
                .containsEntry("prompt", "login")
                .containsEntry("hd", "example.com")
                .containsEntry("access_type", "offline");
        assertThat(there.origins().of("authorize-params.access_type")).isEqualTo("profile google");
        assertThat(there.origins().of("authorize-params.prompt")).contains("sidekey.yaml");
    }

    @Test
    void aNamedProfileIsTheOnlyOne() throws Exception {
        var named = upstream("profile: slack");
        assertThat(named.scopeParameter()).isEqualTo("user_scope");
        assertThat(named.at(ENTRA).resource()).isEqualTo("auto");
        assertThat(upstream("profile: none").at(ENTRA).resource()).isEqualTo("auto");
    }

    @Test
    void aHostsProfileHoldsFromTheStart() throws Exception {
        var config = load("upstreams: { s: https://mcp.slack.com/mcp }");
        var slack = config.upstreams().get("s");
        assertThat(slack.tokenMember()).isEqualTo("authed_user");
        assertThat(slack.at("https://slack.com").origins().applied()).containsExactly("slack");
    }

    @ParameterizedTest
    @CsvSource({
        "https://mcp.atlassian.com, https://cf.mcp.atlassian.com",
        "https://auth.atlassian.com/VCeDsk8ZHncYF1g, https://auth.atlassian.com",
        "https://accounts.google.com/, https://accounts.google.com",
        "https://mcp.expo.dev, https://mcp.expo.dev/",
        "https://oauth.id.jumpcloud.com, https://oauth.id.jumpcloud.com/",
        "https://mcp.slack.com, https://slack.com"
    })
    void issuersThatDocumentsSpellInTwoWaysAreOneServer(String named, String found)
            throws Exception {
        assertThat(upstream("account: x").at(named).acceptIssuers()).contains(found);
    }

    @ParameterizedTest
    @CsvSource({
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x, true",
        "https://cognito-idp.evil.example/x.amazonaws.com/y, false",
        "https://evil.example/https://login.microsoftonline.com/x, false",
        "https://login.microsoftonline.com.evil.example/x, false",
        "https://example.auth0.com/, true",
        "https://example.auth0.com.evil.example/, false"
    })
    void aPatternIsNotFooledByWhatComesAfterIt(String issuer, boolean found) throws Exception {
        assertThat(upstream("account: x").at(issuer).origins().applied().isEmpty())
                .isNotEqualTo(found);
    }

    @Test
    void aFileOfOnesOwnComesFirst() throws Exception {
        var own =
                Files.writeString(
                        directory.resolve("own.yaml"),
                        """
                        entra:
                          about: Ours differs
                          issuers: ["https://login.microsoftonline.com/**"]
                          settings: { resource: "urn:ours" }
                        corp:
                          about: Ours
                          issuers: ["https://idp.corp.example"]
                          settings: { dpop: require, step-up: { policy: never } }
                        """);
        var config = load("profiles-file: " + own + "\nupstreams: { a: https://mcp.example.com/ }");
        var upstream = config.upstreams().get("a");
        assertThat(upstream.at(ENTRA).resource()).isEqualTo("urn:ours");
        assertThat(upstream.at(ENTRA).assumePkce()).isFalse();
        var corp = upstream.at("https://idp.corp.example");
        assertThat(corp.dpop()).isEqualTo(UpstreamConfig.Dpop.REQUIRE);
        assertThat(corp.stepUp().policy()).isEqualTo(StepUpConfig.Policy.NEVER);
        assertThat(corp.stepUp().maxAttempts()).isEqualTo(3);
        assertThat(upstream.at("https://accounts.google.com").authorizeParams()).isNotEmpty();
    }

    @Test
    void anUnknownProfileNamesTheNearest() {
        assertThat(violations("upstreams: { a: { url: https://a.example/, profile: entre } }"))
                .singleElement()
                .hasToString(
                        violations("upstreams: { a: { url: https://a.example/, profile: entre } }")
                                .getFirst()
                                .toString())
                .satisfies(one -> assertThat(one.toString()).contains("Did you mean 'entra'?"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    p: {about: x, settings: {resorce: none}}             | Did you mean 'resource'?
                    p: {about: x, settings: {client: {secret: CaNaRy}}}  | is not for profiles
                    p: {about: x, settings: {url: https://h/}}           | is not for profiles
                    p: {about: x, setting: {resource: none}}             | is not a known key
                    p: {settings: {resource: none}}                      | is missing
                    p: 3                                                 | is no profile
                    none: {about: x}                                     | is no profile
                    """)
    void whatIsWrongWithAProfileIsSaidWithItsFile(String yaml, String words) throws Exception {
        var own = Files.writeString(directory.resolve("own.yaml"), yaml);
        var found =
                violations(
                        "profiles-file: " + own + "\nupstreams: { a: https://mcp.example.com/ }");
        assertThat(found).isNotEmpty();
        assertThat(String.valueOf(found)).contains(words).contains("own.yaml");
        assertThat(String.valueOf(found)).doesNotContain("CaNaRy");
    }
}
