package dev.sidekey.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a leaf says, how long, how fast, and who believes it. */
class LeafCertificatesTest {
    private static final int DNS = 2;
    private static final int IP = 7;

    @TempDir Path stateDir;

    private final TurnedClock clock = new TurnedClock();

    private CertificateAuthority authority(InstantSource clock, String... hosts) {
        return new CertificateAuthority(stateDir, null, List.of(hosts), clock);
    }

    private LeafCertificates leaves(String... hosts) {
        return authority(clock, hosts).leaves(Runnable::run);
    }

    @ParameterizedTest
    @CsvSource({
        "mcp.example.com, mcp.example.com",
        "MCP.Example.COM., mcp.example.com",
        "bücher.example, xn--bcher-kva.example",
        "my_service, my_service"
    })
    void aNameIsTheOneNameOfItsCertificate(String host, String named) throws Exception {
        var leaf = leaves("*").leaf(host).join().chain().getFirst();

        assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(DNS, named));
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "[::1], 0:0:0:0:0:0:0:1",
        "0x7f000001, 127.0.0.1",
        "10.1.2.3, 10.1.2.3"
    })
    void anAddressIsOneAndNoName(String host, String named) throws Exception {
        var leaf = leaves("*").leaf(host).join().chain().getFirst();

        assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(IP, named));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.example.com", "*", "", ".", "a..b", "a b", "host\n", "a/b", "a:80"})
    void whatIsNoHostHasNoCertificate(String host) {
        var leaves = leaves("*");

        assertThat(leaves.held(host)).isNull();
        assertThatThrownBy(() -> leaves.leaf(host).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(AuthorityException.class);
    }

    @Test
    void aLeafLivesForDaysFromYesterdayOn() {
        var leaf = leaves("*").leaf("mcp.example.com").join().chain().getFirst();

        var now = clock.instant();
        assertThat(leaf.getNotBefore()).isEqualTo(Date.from(now.minus(Duration.ofDays(1))));
        assertThat(leaf.getNotAfter()).isEqualTo(Date.from(now.plus(Duration.ofDays(7))));
    }

    @Test
    void aLeafNeverOutlivesItsCa() {
        var ca = Authority.make(PermittedHosts.of(List.of("*")), clock.instant());
        clock.turn(Duration.ofDays(5 * 365 - 2));

        var leaf = ca.issue(CertifiedHost.of("mcp.example.com"), clock.instant());

        assertThat(leaf.chain().getFirst().getNotAfter()).isEqualTo(ca.certificate().getNotAfter());
    }

    @Test
    void aLeafIsHeldForAnHourOfTheWallsClock() {
        var leaves = leaves("mcp.example.com");
        var made = leaves.leaf("mcp.example.com").join();

        assertThat(leaves.held("MCP.example.com")).isSameAs(made);
        assertThat(leaves.leaf("mcp.example.com.").join()).isSameAs(made);
        clock.turn(Duration.ofDays(9));
        assertThat(leaves.held("mcp.example.com")).isNull();
        var next = leaves.leaf("mcp.example.com").join();
        assertThat(next.chain().getFirst().getNotAfter()).isAfter(Date.from(clock.instant()));
    }

    @Test
    void thousandsOfHostsTakeABoundedMemory() {
        var leaves = (LeafCache) leaves("*");
        for (int i = 0; i < 3_000; i++) {
            assertThat(leaves.leaf("h" + i + ".example.com").join()).isNotNull();
        }
        assertThat(leaves.size()).isLessThanOrEqualTo(1_000);
    }

    /** In time of the processor, which other tests that run meanwhile do not lengthen. */
    @Test
    void allButTheFirstAreReadyInMilliseconds() {
        var processor = ManagementFactory.getThreadMXBean();
        var leaves = authority(InstantSource.system(), "*").leaves(Runnable::run);
        assertThat(leaves.leaf("first.example.com").join()).isNotNull();
        var nanos = new ArrayList<Long>();
        for (int i = 0; i < 101; i++) {
            var began = processor.getCurrentThreadCpuTime();
            assertThat(leaves.leaf("h" + i + ".example.com").join()).isNotNull();
            nanos.add(processor.getCurrentThreadCpuTime() - began);
        }
        Collections.sort(nanos);
        assertThat(Duration.ofNanos(nanos.get(50))).isLessThan(Duration.ofMillis(5));
    }

    @ParameterizedTest
    @CsvSource({
        "mcp.example.com, mcp.example.com, true",
        "mcp.example.com, below.mcp.example.com, true",
        "*.example.com, any.example.com, true",
        "mcp.example.com, mcp.example.org, false",
        "mcp.example.com, evilmcp.example.com, false",
        "mcp.example.com, 10.1.2.3, false",
        "mcp.example.com, [2001:db8::1], false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.3, mcp.example.com, false",
        "[2001:db8::1], [2001:db8::1], true",
        "[2001:db8::1], [2001:db8::2], false"
    })
    void theCasKeyIsWorthNothingForOtherHosts(String permitted, String host, boolean believed)
            throws Exception {
        var hosts = PermittedHosts.of(List.of(permitted));
        var ca = Authority.make(hosts, clock.instant());
        var leaf = ca.issue(CertifiedHost.of(host), clock.instant());

        assertThat(hosts.covers(CertifiedHost.of(host))).isEqualTo(believed);
        assertThat(PermittedHosts.of(ca.certificate())).isEqualTo(hosts);
        assertThat(isBelieved(ca.certificate(), leaf.chain())).isEqualTo(believed);
    }

    /** As RFC 5280 has it, with the CA below another: the JDK reads no constraints of an anchor. */
    private boolean isBelieved(X509Certificate ca, List<X509Certificate> chain) throws Exception {
        var root = Authority.make(PermittedHosts.of(List.of("*")), clock.instant());
        // not as a certificate, which would say that no CA may stand below it
        var anchor =
                new TrustAnchor(
                        root.certificate().getSubjectX500Principal(),
                        root.certificate().getPublicKey(),
                        null);
        var parameters = new PKIXParameters(Set.of(anchor));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        var path = List.of(chain.getFirst(), signed(ca, root));
        try {
            var factory = CertificateFactory.getInstance("X.509");
            return CertPathValidator.getInstance("PKIX")
                            .validate(factory.generateCertPath(path), parameters)
                    != null;
        } catch (CertPathValidatorException e) {
            return false;
        }
    }

    /** The same certificate with all its extensions, signed by another. */
    private static X509Certificate signed(X509Certificate ca, Authority root) throws Exception {
        var builder =
                new JcaX509v3CertificateBuilder(
                        root.certificate().getSubjectX500Principal(),
                        ca.getSerialNumber(),
                        ca.getNotBefore(),
                        ca.getNotAfter(),
                        ca.getSubjectX500Principal(),
                        ca.getPublicKey());
        var original = new JcaX509CertificateHolder(ca);
        for (var oid : original.getExtensions().getExtensionOIDs()) {
            builder.addExtension(original.getExtension(oid));
        }
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(root.key());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    @Test
    void aHostThatTheCaMayNotSpeakForHasNoCertificate() {
        assertThatThrownBy(() -> leaves("mcp.example.com").leaf("other.example.org").join())
                .hasRootCauseInstanceOf(AuthorityException.class)
                .hasMessageContaining("other.example.org")
                .hasMessageContaining("mcp.example.com");
    }

    @ParameterizedTest
    @CsvSource({"localhost, true", "elsewhere.example, false"})
    void aClientWithTheBundleBelievesTheLeafForItsHostOnly(String host, boolean believed)
            throws Exception {
        var authority = authority(InstantSource.system(), "localhost", "elsewhere.example");
        var leaf = authority.leaves(Runnable::run).leaf(host).join();
        var bundle = TrustBundle.of(authority.ensure(), null, Map.of()).pkcs12();

        try (var server = listening(leaf);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var _ =
                    threads.submit(() -> {
                        try (var accepted = (SSLSocket) server.accept()) {
                            accepted.startHandshake();
                        }
                        return true;
                    });
            try (var client = connected(bundle, server.getLocalPort())) {
                if (believed) {
                    client.startHandshake();
                    assertThat(client.getSession().isValid()).isTrue();
                } else {
                    assertThatThrownBy(client::startHandshake)
                            .isInstanceOf(SSLHandshakeException.class);
                }
            }
        }
    }

    private static SSLServerSocket listening(Leaf leaf) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "leaf", leaf.key(), new char[0], leaf.chain().toArray(X509Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
    }

    private static SSLSocket connected(byte[] bundle, int port) throws Exception {
        var roots = KeyStore.getInstance("PKCS12");
        roots.load(new ByteArrayInputStream(bundle), TrustBundle.PASSWORD.toCharArray());
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(roots);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        var socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }
}
