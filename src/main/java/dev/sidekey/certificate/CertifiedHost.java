package dev.sidekey.certificate;

import dev.sidekey.address.HostLiteral;
import java.net.IDN;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;

/**
 * A host as a certificate names it (RFC 5280, 4.2.1.6): a name of A-labels in lower case without
 * final dot, or an address.
 *
 * @param text the name, or the address in its common spelling
 * @param address null for a name
 */
record CertifiedHost(String text, @Nullable InetAddress address) {
    /** Underscores are no host name's, and yet container networks are full of them. */
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

    /**
     * Reads a host.
     *
     * @throws AuthorityException when no certificate can name it; a wildcard is none either
     */
    static CertifiedHost of(String host) {
        var literal = HostLiteral.parse(host);
        if (literal != null) {
            return new CertifiedHost(literal.getHostAddress(), literal);
        }
        var bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        var name = ascii(bare).toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            throw new AuthorityException("no certificate can be made for the host " + host, null);
        }
        return new CertifiedHost(name, null);
    }

    private static String ascii(String name) {
        try {
            return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            // a label that is empty, or too long: what follows refuses it
            return name;
        }
    }

    /** The name as it stands in subjectAltName. */
    GeneralName alternativeName() {
        return new GeneralName(address == null ? GeneralName.dNSName : GeneralName.iPAddress, text);
    }
}
