package dev.sidekey.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.address.TrustedRoots;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody believes less with a bundle than without. */
class TrustBundleTest {
    @TempDir Path work;

    private final X509Certificate ours = root();
    private final X509Certificate operators = root();
    private final X509Certificate inherited = root();

    private static X509Certificate root() {
        return Authority.make(PermittedHosts.of(List.of("*")), Instant.now()).certificate();
    }

    private Path file(String name, X509Certificate certificate) throws IOException {
        return Files.writeString(work.resolve(name), Pem.of(List.of(certificate)));
    }

    private TrustBundle bundle(Map<String, String> environment) throws IOException {
        return TrustBundle.of(List.of(ours), file("ca-file", operators), environment);
    }

    private static List<X509Certificate> read(String pem) throws Exception {
        var all =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        return all.stream().map(X509Certificate.class::cast).toList();
    }

    @Test
    void pemHoldsThePlatformsRootsTheOperatorsAndOurs() throws Exception {
        var all = read(bundle(Map.of()).pem());

        assertThat(all).hasSizeGreaterThan(50).contains(ours, operators);
    }

    @Test
    void theFileThatStandsInForThePlatformsRootsGoesOnStandingIn() throws Exception {
        var instead = file("instead", inherited).toString();

        var all = read(bundle(Map.of("SSL_CERT_FILE", instead)).pem());

        assertThat(all).containsExactly(inherited, operators, ours);
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT"})
    void whatTheEnvironmentHadForOneProgramIsKept(String variable) throws Exception {
        var had = file("had", inherited).toString();

        assertThat(read(bundle(Map.of(variable, had)).pem())).contains(inherited, ours);
    }

    @Test
    void additionsAreOnlyWhatThePlatformDoesNotHave() throws Exception {
        var had = file("had", inherited).toString();

        var added = read(bundle(Map.of("NODE_EXTRA_CA_CERTS", had)).additions());

        assertThat(added).containsExactly(inherited, operators, ours);
    }

    @Test
    void aVariableThatNamesNoPemIsAsGoodAsNone() throws Exception {
        var none = work.toString();

        assertThat(read(bundle(Map.of("SSL_CERT_FILE", none, "PIP_CERT", "\0")).pem()))
                .hasSizeGreaterThan(50)
                .contains(ours);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS"})
    void keyStoresHoldTheRuntimesRootsTheOperatorsAndOurs(String type) throws Exception {
        var bundle = bundle(Map.of());
        var store = KeyStore.getInstance(type);
        store.load(
                new ByteArrayInputStream(type.equals("JKS") ? bundle.jks() : bundle.pkcs12()),
                TrustBundle.PASSWORD.toCharArray());

        var held = new ArrayList<X509Certificate>();
        for (var alias : Collections.list(store.aliases())) {
            held.add((X509Certificate) store.getCertificate(alias));
        }
        assertThat(held)
                .contains(TrustedRoots.load(null).manager().getAcceptedIssuers())
                .contains(ours, operators);
    }

    @Test
    void aCaFileThatHoldsNoCertificateIsNamed() throws Exception {
        var broken = Files.writeString(work.resolve("broken.pem"), "no certificate");

        assertThatThrownBy(() -> TrustBundle.of(List.of(ours), broken, Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken.pem");
    }
}
