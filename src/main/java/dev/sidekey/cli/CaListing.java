package dev.sidekey.cli;

import dev.sidekey.certificate.CertificateAuthority;
import java.io.PrintWriter;

/** What is said of a CA. */
final class CaListing {
    private CaListing() {}

    /** Prints what there is; false when there is nothing. */
    static boolean print(CertificateAuthority authority, PrintWriter out) {
        var views = authority.views();
        for (var view : views) {
            out.println(view.subject());
            out.printf("    %-11s %s%n", "for", view.hosts());
            out.printf("    %-11s %s%n", "sha256", view.fingerprint());
            out.printf("    %-11s %s%n", "until", view.notAfter());
            out.printf("    %-11s %s%n", "key", view.signs() ? "signs" : "destroyed");
        }
        out.println(
                views.isEmpty()
                        ? "there is no CA yet; it is made when it is needed, or by: sidekey ca init"
                        : "Agents trust " + authority.file());
        out.flush();
        return !views.isEmpty();
    }
}
