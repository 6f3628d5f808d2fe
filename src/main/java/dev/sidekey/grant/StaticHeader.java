package dev.sidekey.grant;

import dev.sidekey.config.SecretSource;
import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.InputProblem;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A fixed credential: a bearer token, or any header, such as an API key's. No server is asked, so
 * that it also serves upstreams without OAuth. Its file is read again when it changes.
 */
public final class StaticHeader {
    /** Its name in configuration and status. */
    public static final String NAME = "static";

    private static final Set<String> NOT_OURS =
            Set.of(
                    "host",
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "upgrade",
                    "te",
                    "trailer",
                    "keep-alive",
                    "proxy-authorization");

    private StaticHeader() {}

    /** What the file holds now. */
    public sealed interface Read {}

    /** A header, ready to be sent. */
    public record Header(String name, Secret value) implements Read {}

    /** Nothing that can be sent. */
    public record Unreadable(InputProblem problem) implements Read {}

    /** Reads the secret anew. Blocks on a file; the configuration was checked by {@link #check}. */
    public static Read read(UpstreamConfig upstream) {
        var inputs = upstream.inputs();
        var token = inputs.token();
        if (token != null) {
            return read("token-file", token, "authorization", "Bearer ");
        }
        var name = Objects.requireNonNull(inputs.header().name(), "checked at start");
        var value = Objects.requireNonNull(inputs.header().value(), "checked at start");
        return read("header.value-file", value, name, "");
    }

    private static Read read(String key, SecretSource source, String name, String prefix) {
        var file = source.file();
        if (file == null) {
            return new Header(name, Secret.of(prefix + source.value().reveal()));
        }
        try {
            var text = Files.readString(file).strip();
            return isPlain(text)
                    ? new Header(name, Secret.of(prefix + text))
                    : new Unreadable(
                            new InputProblem(
                                    key,
                                    file + " holds no single line of text",
                                    "Put the secret into it, and nothing else."));
        } catch (IOException e) {
            return new Unreadable(
                    new InputProblem(
                            key,
                            file + " cannot be read (" + e.getClass().getSimpleName() + ")",
                            "Name a file that holds the secret and that this user may read."));
        }
    }

    /** No line break or control character may end up in a header. */
    private static boolean isPlain(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c != 127);
    }

    static void check(UpstreamConfig upstream, Complaints complaints) {
        var inputs = upstream.inputs();
        var header = inputs.header();
        if (!upstream.isStatic()) {
            if (inputs.isFixed()) {
                complaints.add(
                        inputs.token() == null ? "header" : "token",
                        (String) null,
                        "is of no use to grant " + upstream.grant(),
                        "Set grant: static, or leave it out.");
            }
            return;
        }
        if (inputs.token() != null && (header.name() != null || header.value() != null)) {
            complaints.add("header", (String) null, "is said beside token", "Keep one of the two.");
        } else if (inputs.token() == null && (header.name() == null || header.value() == null)) {
            complaints.add(
                    "header",
                    (String) null,
                    "is not complete for grant static",
                    "Set token-file, or header.name and header.value-file.");
        } else {
            checkPlain(upstream, complaints);
        }
        var name = header.name();
        if (name != null && (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+") || isNotOurs(name))) {
            complaints.add(
                    "header.name", name, "is no header that may be set", "Write X-Api-Key or so.");
        }
    }

    private static void checkPlain(UpstreamConfig upstream, Complaints complaints) {
        var inputs = upstream.inputs();
        var source = Objects.requireNonNullElse(inputs.token(), inputs.header().value());
        if (source != null && !isPlain(source.value().reveal().strip())) {
            complaints.add(
                    inputs.token() == null ? "header.value" : "token",
                    (String) null,
                    "is no single line of text",
                    "Give the secret, and nothing else.");
        }
    }

    private static boolean isNotOurs(String name) {
        return NOT_OURS.contains(name.toLowerCase(Locale.ROOT));
    }
}
