package dev.sidekey.certificate;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A process that needs the CA of a state directory. */
final class EnsuringProcess {
    private EnsuringProcess() {}

    /** Arguments: state directory, host. Prints the serial number of the CA for that host. */
    public static void main(String[] arguments) {
        var authority =
                new CertificateAuthority(
                        Path.of(arguments[0]), null, List.of(arguments[1]), InstantSource.system());
        System.out.println("CA " + authority.ensure().getFirst().getSerialNumber());
    }
}
