package dev.sidekey.grant;

import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.grant.Grant.Offer;
import dev.sidekey.grant.Grant.Unfit;
import dev.sidekey.oauth.AuthorizationServerMetadata;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The catalogue of grants: what there is, and which of it is taken. */
public final class Grants {

    /**
     * All of them. The order decides where nothing is configured: inputs that serve one grant only
     * come first, then what only the server's list calls for, then a person.
     */
    private static final List<Grant> CATALOGUE =
            List.of(
                    new IdJag(),
                    new TokenExchange(),
                    new JwtBearer(),
                    new ClientCredentials(),
                    new DeviceCode(),
                    new AuthorizationCode());

    /** Not to be configured, and never chosen: what identity providers are asked by. */
    private static final Grant SIGN_ON = new OpenIdSignOn();

    private Grants() {}

    /** All of them, the preferred one first. */
    public static List<Grant> all() {
        return CATALOGUE;
    }

    /** Which grant it is to be. */
    public sealed interface Choice {}

    /** This one. */
    public record Chosen(Grant grant) implements Choice {}

    /** None. */
    public record NoGrant(Unfit unfit) implements Choice {}

    /**
     * Chooses: what is configured, else what a stored credential was got by, else the first that
     * the inputs and the server's list call for.
     *
     * @param stored the grant of a credential from this server; null when there is none
     */
    public static Choice choose(UpstreamConfig upstream, @Nullable String stored, Offer offer) {
        var grant = named(upstream.grant());
        if (grant == null) {
            grant = named(stored);
        }
        if (grant == null) {
            grant = called(upstream, offer);
        }
        var unfit = grant.unfit(upstream, offer);
        return unfit == null ? new Chosen(grant) : new NoGrant(unfit);
    }

    private static Grant called(UpstreamConfig upstream, Offer offer) {
        return CATALOGUE.stream()
                .filter(grant -> grant.isCalledFor(upstream, offer))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a login is called for always"));
    }

    /** The grant of a name; null when there is none. */
    public static @Nullable Grant named(@Nullable String name) {
        return OpenIdSignOn.NAME.equals(name) ? SIGN_ON : listed(name);
    }

    private static @Nullable Grant listed(@Nullable String name) {
        return CATALOGUE.stream()
                .filter(grant -> grant.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The grant of a name if it needs no person; else null. */
    public static @Nullable UnattendedGrant unattended(String name) {
        return named(name) instanceof UnattendedGrant grant ? grant : null;
    }

    /** Whether a credential was got as the configuration wants it got. */
    public static boolean fits(UpstreamConfig upstream, String grant) {
        return upstream.grant() == null || upstream.grant().equals(grant);
    }

    /**
     * The identity provider where a person signs on for an upstream, once for all of its account,
     * in the form of an upstream; null when nobody has to.
     */
    public static @Nullable UpstreamConfig signOn(UpstreamConfig upstream) {
        var provider = upstream.inputs().identityProvider();
        var location = provider.location();
        var needed =
                provider.issuer() != null
                        && !upstream.inputs().subjectToken().isGiven()
                        && (upstream.grant() == null || exchanges(listed(upstream.grant())));
        return needed && location != null ? provider.asUpstream(location, upstream) : null;
    }

    private static boolean exchanges(@Nullable Grant grant) {
        return grant instanceof UnattendedGrant unattended && unattended.exchangesIdentity();
    }

    /** Checks an upstream's grant and its inputs, at start. */
    public static void check(UpstreamConfig upstream, Complaints complaints) {
        var name = upstream.grant();
        // inputs that serve one grant only are checked as that grant's, whatever the server lists
        var grant = name == null ? called(upstream, nothing(upstream)) : listed(name);
        if (grant != null) {
            grant.check(upstream, complaints);
        } else if (!"none".equals(name) && !StaticHeader.NAME.equals(name)) {
            complaints.add("grant", name, "is not a known grant", "Write " + names() + ".");
        }
        ClientProof.check(ClientProof.Owner.of(upstream), complaints);
        StaticHeader.check(upstream, complaints);
        TokenSources.check(upstream, complaints);
        ExchangedTokens.check(upstream, complaints);
    }

    /** What is known of a server before anybody has asked. */
    private static Offer nothing(UpstreamConfig upstream) {
        return new Offer(AuthorizationServerMetadata.bare(upstream.name()), false, false);
    }

    private static String names() {
        var all = CATALOGUE.stream().map(Grant::name).sorted();
        return String.join(", ", Stream.concat(all, Stream.of(StaticHeader.NAME)).toList())
                + " or none";
    }
}
