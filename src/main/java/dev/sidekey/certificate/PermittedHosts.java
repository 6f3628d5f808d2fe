package dev.sidekey.certificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.jspecify.annotations.Nullable;

/**
 * Whom a CA may speak for (name constraints, RFC 5280, 4.2.1.10), so that its key is worth nothing
 * for any other host. A name stands for itself and all names below it, since constraints know no
 * other way.
 *
 * @param names domains, or null: any host at all, where no list is known
 * @param addresses single addresses
 */
record PermittedHosts(@Nullable List<String> names, List<InetAddress> addresses) {
    private static final PermittedHosts ANY = new PermittedHosts(null, List.of());

    /** Permitted where no name is: RFC 6761 keeps it from ever being a host. */
    private static final String NOBODY = "invalid";

    private static final byte[] ALL_V4 = new byte[8];
    private static final byte[] ALL_V6 = new byte[32];

    /**
     * Permits a list.
     *
     * @param hosts names, addresses and {@code *.} patterns; anything that is none of these, such
     *     as {@code *}, permits any host
     */
    static PermittedHosts of(Collection<String> hosts) {
        var names = new TreeSet<String>();
        var addresses = new ArrayList<InetAddress>();
        for (var host : hosts) {
            try {
                var permitted = CertifiedHost.of(host.startsWith("*.") ? host.substring(2) : host);
                if (permitted.address() == null) {
                    names.add(permitted.text());
                } else if (!addresses.contains(permitted.address())) {
                    addresses.add(permitted.address());
                }
            } catch (AuthorityException noHost) {
                return ANY;
            }
        }
        return new PermittedHosts(List.copyOf(names), addresses);
    }

    /** Whom a CA certificate of ours permits. */
    static PermittedHosts of(X509Certificate authority) {
        var extension = authority.getExtensionValue(Extension.nameConstraints.getId());
        if (extension == null) {
            return ANY;
        }
        var octets = ASN1OctetString.getInstance(extension).getOctets();
        var hosts = new ArrayList<String>();
        for (var subtree : NameConstraints.getInstance(octets).getPermittedSubtrees()) {
            hosts.add(text(subtree.getBase()));
        }
        hosts.remove(NOBODY);
        return of(hosts);
    }

    private static String text(GeneralName base) {
        if (base.getTagNo() == GeneralName.dNSName) {
            return base.getName().toString();
        }
        var bytes = ASN1OctetString.getInstance(base.getName()).getOctets();
        try {
            var address = Arrays.copyOf(bytes, bytes.length / 2);
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AuthorityException("the CA permits an address that is none", e);
        }
    }

    /** Whether a CA of these may speak for a host. */
    boolean covers(CertifiedHost host) {
        if (names == null) {
            return true;
        }
        return host.address() != null
                ? addresses.contains(host.address())
                : names.stream().anyMatch(name -> isWithin(host.text(), name));
    }

    private static boolean isWithin(String host, String domain) {
        return host.equals(domain) || host.endsWith("." + domain);
    }

    /** These but for the ones that others cover; null when nothing is left. */
    @Nullable PermittedHosts without(Collection<PermittedHosts> others) {
        if (others.stream().anyMatch(other -> other.names == null)) {
            return null;
        }
        if (names == null) {
            return this;
        }
        var left = new ArrayList<>(names);
        left.removeIf(name -> coveredBy(others, new CertifiedHost(name, null)));
        var rest = new ArrayList<>(addresses);
        rest.removeIf(
                address -> coveredBy(others, new CertifiedHost(address.getHostAddress(), address)));
        return left.isEmpty() && rest.isEmpty() ? null : new PermittedHosts(left, rest);
    }

    private static boolean coveredBy(Collection<PermittedHosts> others, CertifiedHost host) {
        return others.stream().anyMatch(other -> other.covers(host));
    }

    /**
     * The extension; null when any host is permitted. Constraints bind only the kinds of names that
     * they mention, so that all addresses are excluded where none is permitted. The same for names
     * would be the empty one, at which the JDK's validator breaks.
     */
    @Nullable NameConstraints constraints() {
        if (names == null) {
            return null;
        }
        var permitted = new ArrayList<GeneralSubtree>();
        for (var name : names.isEmpty() ? List.of(NOBODY) : names) {
            permitted.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, name)));
        }
        addresses.forEach(address -> permitted.add(address(onlyThis(address.getAddress()))));
        var excluded = new ArrayList<GeneralSubtree>();
        excludeWhereNone(excluded, 4, ALL_V4);
        excludeWhereNone(excluded, 16, ALL_V6);
        return new NameConstraints(
                permitted.toArray(GeneralSubtree[]::new), excluded.toArray(GeneralSubtree[]::new));
    }

    private void excludeWhereNone(List<GeneralSubtree> excluded, int length, byte[] all) {
        if (addresses.stream().noneMatch(address -> address.getAddress().length == length)) {
            excluded.add(address(all));
        }
    }

    private static GeneralSubtree address(byte[] addressAndMask) {
        var octets = new DEROctetString(addressAndMask);
        return new GeneralSubtree(new GeneralName(GeneralName.iPAddress, octets));
    }

    private static byte[] onlyThis(byte[] address) {
        var both = Arrays.copyOf(address, address.length * 2);
        Arrays.fill(both, address.length, both.length, (byte) 0xff);
        return both;
    }

    /** For a person: the list, or {@code any host}. */
    String shown() {
        if (names == null) {
            return "any host";
        }
        var all = new ArrayList<>(names);
        addresses.forEach(address -> all.add(Objects.requireNonNull(address.getHostAddress())));
        return String.join(", ", all);
    }
}
