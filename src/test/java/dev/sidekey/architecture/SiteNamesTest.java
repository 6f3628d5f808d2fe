package dev.sidekey.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Code knows switches, never sites: what differs at one of them is data, in profiles.yaml. */
class SiteNamesTest {
    private static final Pattern COMMENT =
            Pattern.compile("/\\*.*?\\*/|//[^\\n]*|import [^;]*;", Pattern.DOTALL);
    private static final Pattern DOCUMENTATION =
            Pattern.compile("(doc|description)\\s*=\\s*(\"(\\\\.|[^\"\\\\])*\"[\\s+]*)+");
    private static final Pattern SITE =
            Pattern.compile(
                    "\\b(entra|microsoft|google|auth0|slack|github|figma|notion|atlassian|cognito"
                            + "|amazonaws|supabase|cloudflare|clerk|expo\\.dev|jumpcloud|okta"
                            + "|keycloak|robinhood|datadog|vercel|linear\\.app|zitadel)\\b");

    static String code(String source) {
        var bare = DOCUMENTATION.matcher(COMMENT.matcher(source).replaceAll(""));
        return bare.replaceAll("").toLowerCase(Locale.ROOT);
    }

    @Test
    void noSourceNamesASite() throws IOException {
        var found = new ArrayList<String>();
        try (var files = Files.walk(Path.of("src", "main", "java"))) {
            for (var file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
                var match = SITE.matcher(code(Files.readString(file)));
                while (match.find()) {
                    found.add(file + ": " + match.group());
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void aNameInCodeIsFoundAndOneInACommentIsNot() {
        assertThat(SITE.matcher(code("if (host.equals(\"mcp.Slack.com\")) {")).find()).isTrue();
        assertThat(
                        SITE.matcher(code("// Slack\n/* Figma */ x @S(doc = \"a\" + \"Google\")"))
                                .find())
                .isFalse();
    }
}
