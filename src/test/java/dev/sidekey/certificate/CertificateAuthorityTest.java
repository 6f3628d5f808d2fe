package dev.sidekey.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.credential.ChildJvm;
import dev.sidekey.oauth.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a CA comes to be, stays, is replaced, and what is said when that goes wrong. */
class CertificateAuthorityTest {
    @TempDir Path stateDir;

    private final TurnedClock clock = new TurnedClock();

    private CertificateAuthority authority(String... hosts) {
        return new CertificateAuthority(stateDir, null, List.of(hosts), clock);
    }

    private static X509Certificate only(List<X509Certificate> certificates) {
        assertThat(certificates).hasSize(1);
        return certificates.getFirst();
    }

    @Test
    void nothingIsWrittenBeforeItIsNeeded() {
        var authority = authority("mcp.example.com");

        assertThat(authority.certificates()).isEmpty();
        assertThat(authority.leaves(Runnable::run).held("mcp.example.com")).isNull();
        assertThat(stateDir).isEmptyDirectory();
    }

    @Test
    void withoutHostsThereIsNoCa() {
        assertThat(authority().ensure()).isEmpty();
        assertThat(stateDir).isEmptyDirectory();
    }

    @Test
    void theKeyIsSealedAndBothFilesAreTheOwners() throws Exception {
        var made = authority("mcp.example.com").ensure();

        assertThat(Files.readString(stateDir.resolve("ca.pem"))).isEqualTo(Pem.of(made));
        var key = Files.readString(stateDir.resolve("ca.key"), StandardCharsets.ISO_8859_1);
        assertThat(key).doesNotContain("PRIVATE KEY").doesNotContain("BEGIN");
        for (var name : List.of("ca.pem", "ca.key", "ca.lock", "key")) {
            assertThat(Files.getPosixFilePermissions(stateDir.resolve(name)))
                    .as(name)
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void allThreadsAndLaterProcessesGetTheSameCa() throws Exception {
        var asking = new ArrayList<Callable<X509Certificate>>();
        for (int i = 0; i < 8; i++) {
            asking.add(() -> only(authority("mcp.example.com").ensure()));
        }
        var got = new HashSet<X509Certificate>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var one : threads.invokeAll(asking)) {
                got.add(one.get());
            }
        }
        assertThat(got).hasSize(1).containsExactlyElementsOf(authority("mcp.example.com").ensure());
    }

    @Test
    void processesThatStartAtOnceGetTheSameCa() throws Exception {
        var children = new ArrayList<ChildJvm>();
        for (int i = 0; i < 3; i++) {
            children.add(
                    ChildJvm.start(EnsuringProcess.class, stateDir.toString(), "mcp.example.com"));
        }
        var serial = new HashSet<String>();
        for (var child : children) {
            var lines = child.end();
            assertThat(lines.getFirst()).as("%s", lines).isEqualTo("0");
            serial.add(lines.getLast());
        }
        var made = authority("mcp.example.com").certificates();
        assertThat(serial).containsExactly("CA " + only(made).getSerialNumber());
    }

    @Test
    void aHostThatIsAddedLaterGetsItsOwnCaAndTheOldOneStays() {
        var first = only(authority("one.example.com").ensure());

        var both = authority("one.example.com", "two.example.com").ensure();

        assertThat(both).hasSize(2).last().isEqualTo(first);
        assertThat(PermittedHosts.of(both.getFirst()).shown()).isEqualTo("two.example.com");
        var leaves = authority("one.example.com", "two.example.com").leaves(Runnable::run);
        assertThatCode(() -> verify(leaves.leaf("one.example.com").join(), first))
                .doesNotThrowAnyException();
        assertThatCode(() -> verify(leaves.leaf("two.example.com").join(), both.getFirst()))
                .doesNotThrowAnyException();
    }

    private static void verify(Leaf leaf, X509Certificate authority) throws Exception {
        leaf.chain().getFirst().verify(authority.getPublicKey());
    }

    @Test
    void aCaForAnyHostCoversAListToo() {
        var any = only(authority("*").ensure());

        assertThat(authority("mcp.example.com").ensure()).containsExactly(any);
        assertThat(any.getExtensionValue("2.5.29.30")).isNull();
    }

    @Test
    void aCaHasASuccessorAMonthBeforeItEnds() {
        var first = only(authority("mcp.example.com").ensure());
        clock.turn(Duration.ofDays(5 * 365 - 10));

        var both = authority("mcp.example.com").ensure();

        assertThat(both).hasSize(2).last().isEqualTo(first);
        clock.turn(Duration.ofDays(20));
        assertThat(authority("mcp.example.com").rotate(false)).doesNotContain(first).hasSize(2);
    }

    @Test
    void rotationDestroysTheKeyAndKeepsTheCertificateUntilItEnds() {
        var authority = authority("mcp.example.com");
        var old = only(authority.ensure());

        var rotated = authority.rotate(false);

        assertThat(rotated).hasSize(2).last().isEqualTo(old);
        var stored = new AuthorityFile(stateDir, null).read();
        assertThat(stored.signing()).hasSize(1);
        assertThat(stored.retired()).containsExactly(old);
    }

    @Test
    void rotationAfterALeakTakesTheOldCertificateOutAtOnce() throws Exception {
        var old = only(authority("mcp.example.com").ensure());

        var rotated = authority("mcp.example.com").rotate(true);

        assertThat(only(rotated)).isNotEqualTo(old);
        assertThat(Files.readString(stateDir.resolve("ca.pem"))).isEqualTo(Pem.of(rotated));
    }

    @Test
    void aRotationElsewhereIsNoticedWithinTheHour() throws Exception {
        var leaves = authority("mcp.example.com").leaves(Runnable::run);
        var before = leaves.leaf("mcp.example.com").join();
        var rotated = authority("mcp.example.com").rotate(true);
        assertThat(leaves.held("mcp.example.com")).isSameAs(before);

        clock.turn(Duration.ofMinutes(61));

        assertThat(leaves.held("mcp.example.com")).isNull();
        verify(leaves.leaf("mcp.example.com").join(), only(rotated));
    }

    @Test
    void agentsOfASidekeyThatRunsGoOnBelievingItAfterARotation() throws Exception {
        var bundle = only(authority("mcp.example.com").ensure());
        var running = authority("mcp.example.com");
        running.remember();
        var leaves = running.leaves(Runnable::run);

        authority("mcp.example.com").rotate(false);
        verify(leaves.leaf("mcp.example.com").join(), bundle);
        clock.turn(Duration.ofMinutes(61));
        verify(leaves.leaf("mcp.example.com").join(), bundle);
        authority("mcp.example.com").rotate(false);
        clock.turn(Duration.ofMinutes(61));
        verify(leaves.leaf("mcp.example.com").join(), bundle);
        // agents that are started now are told of both
        assertThat(running.ensure()).hasSize(3).contains(bundle);

        var leaked = authority("mcp.example.com").rotate(true);
        clock.turn(Duration.ofMinutes(61));
        verify(leaves.leaf("mcp.example.com").join(), only(leaked));
    }

    @Test
    void aKeyFileThatIsDamagedSaysWhichAndWhatToDo() throws Exception {
        authority("mcp.example.com").ensure();
        var file = stateDir.resolve("ca.key");
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> authority("mcp.example.com").ensure())
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("damaged")
                .hasMessageContaining("remove the file");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void anotherKeyThanTheOneItWasMadeWithSaysSo() {
        authority("mcp.example.com").ensure();
        var other = Secret.of(Base64.getEncoder().encodeToString(new byte[32]));
        var reader = new CertificateAuthority(stateDir, other, List.of("mcp.example.com"), clock);

        assertThatThrownBy(reader::ensure)
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("SIDEKEY_KEY");
    }

    @Test
    void aStateDirectoryThatCannotBeWrittenSaysSo() throws Exception {
        var file = Files.createFile(stateDir.resolve("occupied"));
        var authority =
                new CertificateAuthority(file.resolve("state"), null, List.of("a.example"), clock);

        assertThatThrownBy(authority::ensure)
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void certificatesThatWereRemovedByHandComeBack() throws Exception {
        var made = authority("mcp.example.com").ensure();
        Files.delete(stateDir.resolve("ca.pem"));

        assertThat(authority("mcp.example.com").ensure()).isEqualTo(made);
        assertThat(Files.readString(stateDir.resolve("ca.pem"))).isEqualTo(Pem.of(made));
    }
}
