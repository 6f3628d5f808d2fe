package dev.sidekey.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where documents lie, and which resource covers which URL (P1, P5, P6, A1, A2, R2). */
class WellKnownTest {

    @Test
    void anIssuerWithAPathIsNeverLookedForAtTheHostsRoot() {
        assertThat(AuthorizationServerMetadata.wellKnown("https://h:8443/t/u"))
                .extracting(URI::toString)
                .containsExactly(
                        "https://h:8443/.well-known/oauth-authorization-server/t/u",
                        "https://h:8443/.well-known/openid-configuration/t/u",
                        "https://h:8443/t/u/.well-known/openid-configuration");
    }

    @ParameterizedTest
    @CsvSource({"https://h", "https://h/"})
    void anIssuerWithoutAPathHasTwoPlaces(String issuer) {
        assertThat(AuthorizationServerMetadata.wellKnown(issuer))
                .extracting(URI::toString)
                .containsExactly(
                        "https://h/.well-known/oauth-authorization-server",
                        "https://h/.well-known/openid-configuration");
    }

    @Test
    void resourceMetadataIsLookedForWithThePathFirst() {
        assertThat(ProtectedResourceMetadata.wellKnown(URI.create("https://h/public/mcp/?q=1")))
                .extracting(URI::toString)
                .containsExactly(
                        "https://h/.well-known/oauth-protected-resource/public/mcp",
                        "https://h/.well-known/oauth-protected-resource");
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/mcp, https://h/mcp, true",
        "https://h, https://h/mcp, true",
        "https://h/, https://h/mcp, true",
        "https://H:443/mcp, https://h/mcp/x, true",
        "https://h/mcp?x=1, https://h/mcp, true",
        "https://h/mc, https://h/mcp, false",
        "https://h/mcp/x, https://h/mcp, false",
        "http://h/mcp, https://h/mcp, false",
        "https://h:8443/mcp, https://h/mcp, false",
        "https://evil.example/mcp, https://h/mcp, false",
        "https://h/mcp#f, https://h/mcp, false",
        "urn:x, https://h/mcp, false",
        "'https://h/ mcp', https://h/mcp, false",
    })
    void aResourceCoversItsPathAndWhatLiesBelow(String resource, URI endpoint, boolean covers) {
        assertThat(ResourceIndicator.covers(resource, endpoint)).isEqualTo(covers);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTPS://Mcp.Example/, https://mcp.example",
        "https://h/mcp/, https://h/mcp/",
        "https://h/a?b=c#d, https://h/a",
    })
    void theCanonicalUriHasNeitherQueryNorFragment(URI endpoint, String canonical) {
        assertThat(ResourceIndicator.canonical(endpoint)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "true, https://as, true",
        "true, , false",
        "true, https://as/, false",
        "false, , true",
        "false, https://as, true",
        "false, https://other, false",
        "true, https://alias, true",
    })
    void aCallbackComesFromTheIssuerThatWasAsked(
            boolean announced, String received, boolean passes) {
        var accepted = List.of("https://alias");
        assertThat(IssuerCheck.passes("https://as", announced, received, accepted))
                .isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({
        "e30.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2FzIn0.c2ln, 'https://as|ada'",
        "e30.eyJzdWIiOiJhZGEifQ.c2ln, '|ada'",
        "e30.e30.c2ln, ",
        "opaque, ",
        "a.b.c, ",
        "a.!!.c, ",
        "a.b.c.d.e, ",
    })
    void aSubjectIsReadWhereATokenNamesOne(String token, String subject) {
        assertThat(TokenSubject.of(Secret.of(token)))
                .isEqualTo(subject == null ? null : subject.replace('|', '\n'));
    }
}
