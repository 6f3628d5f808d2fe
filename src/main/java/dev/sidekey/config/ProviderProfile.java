package dev.sidekey.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What differs at one provider, as data: the very settings that an upstream has, put where the
 * operator said nothing. Immutable.
 *
 * @param name what {@code profile} calls it
 * @param about one sentence
 * @param issuers patterns of issuers; {@code *} stands for anything but a slash, {@code **} at the
 *     end for anything
 * @param hosts patterns of upstream hosts, in the same form
 * @param advice what a setting cannot do, and the operator must; empty for nothing
 * @param see where the difference is known from
 * @param settings the settings, as an upstream's
 * @param said which of them are set, by key, with the value as it was written
 */
record ProviderProfile(
        String name,
        @Setting(doc = "One sentence.") String about,
        @Setting(doc = "Patterns of issuers.") List<String> issuers,
        @Setting(doc = "Patterns of upstream hosts.") List<String> hosts,
        @Setting(doc = "What the operator must do.", fallback = " ") String advice,
        @Setting(doc = "Where it is known from.") List<String> see,
        UpstreamConfig settings,
        Map<String, String> said) {

    boolean isOfIssuer(String issuer) {
        return issuers.stream().anyMatch(pattern -> matches(pattern, issuer));
    }

    boolean isOfHost(String host) {
        return hosts.stream().anyMatch(pattern -> matches(pattern, host));
    }

    private static boolean matches(String pattern, String text) {
        var any = pattern.endsWith("**");
        var parts = (any ? pattern.substring(0, pattern.length() - 2) : pattern).split("\\*", -1);
        var regex = new StringBuilder();
        for (var part : parts) {
            regex.append(regex.isEmpty() ? "" : "[^/]*").append(Pattern.quote(part));
        }
        return text.matches(regex + (any ? ".*" : ""));
    }

    /** What a person reads of it. */
    ProfileView view() {
        return new ProfileView(name, about, issuers, hosts, said, advice.strip(), see);
    }
}
