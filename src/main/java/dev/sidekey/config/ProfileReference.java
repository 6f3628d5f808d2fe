package dev.sidekey.config;

import java.util.List;

/** docs/provider-profiles.md, made from the profiles in the jar. */
final class ProfileReference {
    private static final String HEAD =
            """
            # Provider profiles

            Made from [profiles.yaml](../src/main/resources/profiles.yaml) by `make docs`. Sidekey's code knows switches,
            never sites: what differs at one of them is a profile, in the very settings that an upstream has.

            - It is found by the issuer (once the upstream has named it) or by the upstream's host, or chosen by
              `profile: NAME`; then no other is. `profile: none` takes none.
            - **Precedence: your own settings, then the profile, then the wire.** A map, such as `authorize-params`, is filled
              entry by entry; a list is yours or the profile's.
            - `sidekey explain NAME` prints which rule came from where, and what is left for you to do.
            - `profiles-file: FILE` adds profiles of your own in the same form. They come first, and replace one of the same
              name. In a pattern `*` stands for anything but a slash, `**` at its end for anything. What is an operator's own
              (`url`, `account`, `client.id`, secrets, `grant` and its inputs) is not for profiles.

            ```yaml
            example:
              about: Example wants an audience and lists no PKCE methods
              issuers: ["https://login.example.com/**"]
              hosts: ["*.mcp.example.com"]
              settings:
                authorize-params: { audience: https://api.example.com }
                assume-pkce: true
              advice: Register a client by hand.
            ```

            """;

    private ProfileReference() {}

    static String markdown() {
        var page = new StringBuilder();
        page.append(HEAD);
        for (var profile : ProviderProfiles.shipped().views()) {
            append(page, profile);
        }
        page.append(
                """
                ## Without a profile

                These differ too, and need no switch, since the code takes what comes: forms and 200 with an error at the token
                endpoint, `expires_in` as text or not at all, a secret for a client that was registered as `none`, empty and null
                members, an empty `scopes_supported`, a renamed `WWW-Authenticate`, challenges without `error` or of other
                schemes first, registrations that were forgotten, endpoints on other hosts, tokens that live a day or a year.
                """);
        return page.toString();
    }

    private static void append(StringBuilder page, ProfileView profile) {
        page.append("## ")
                .append(profile.name())
                .append("\n\n")
                .append(profile.about())
                .append(".\n\n");
        if (profile.issuers().isEmpty() && profile.hosts().isEmpty()) {
            page.append(
                    "- found by nothing: choose it with `profile: %s`%n".formatted(profile.name()));
        }
        list(page, "issuer", profile.issuers());
        list(page, "host", profile.hosts());
        profile.settings()
                .forEach((key, value) -> page.append("- `%s: %s`%n".formatted(key, value)));
        if (!profile.advice().isEmpty()) {
            page.append("- for you: ").append(profile.advice()).append('\n');
        }
        page.append("- see");
        profile.see().forEach(url -> page.append(" <").append(url).append('>'));
        page.append("\n\n");
    }

    private static void list(StringBuilder page, String word, List<String> patterns) {
        if (!patterns.isEmpty()) {
            var shown = patterns.stream().map(pattern -> "`" + pattern + "`").toList();
            page.append("- by %s %s%n".formatted(word, String.join(", ", shown)));
        }
    }
}
