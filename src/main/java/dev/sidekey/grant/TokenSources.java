package dev.sidekey.grant;

import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.InputProblem;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tokens that others give Sidekey: assertion, subject token, actor token. From a file, a
 * command or a metadata service, anew each time, since they are rotated. Blocks; virtual threads
 * only.
 */
public final class TokenSources {
    private static final int LONGEST = 64 * 1024;

    private final CommandSource commands;
    private final MetadataService services;
    private final Clock clock;

    /**
     * Makes it.
     *
     * @param commands runs commands
     * @param services asks metadata services
     * @param clock tells whether a JWT has expired
     */
    public TokenSources(CommandSource commands, MetadataService services, Clock clock) {
        this.commands = commands;
        this.services = services;
        this.clock = clock;
    }

    /** What came of it. */
    public sealed interface Sourced {}

    /** A token; not empty. */
    public record Got(Secret token) implements Sourced {}

    /** None. */
    public record Unusable(InputProblem problem) implements Sourced {}

    /** The upstream's {@code assertion}: a JWT that has not expired as far as can be seen. */
    public Sourced assertion(UpstreamConfig upstream) {
        return typed("assertion", upstream.inputs().assertion(), true);
    }

    /**
     * Reads one of a known type.
     *
     * @param isJwt whether it must be a JWT that has not expired as far as can be seen
     */
    Sourced typed(String key, TokenSourceConfig source, boolean isJwt) {
        var sourced = read(key, source);
        if (!isJwt || !(sourced instanceof Got got)) {
            return sourced;
        }
        var problem = AssertionExpiry.problem(got.token(), clock.instant());
        return problem == null
                ? got
                : unusable(
                        keyOf(key, source),
                        where(source) + problem,
                        "See to it that the platform renews it, and that the clocks agree.");
    }

    /**
     * Reads one.
     *
     * @param key of the source below the upstream, for messages
     */
    public Sourced read(String key, TokenSourceConfig source) {
        var file = source.file();
        if (file != null) {
            return ofFile(key + ".file", file);
        }
        if (!source.command().isEmpty()) {
            return commands.run(key + ".command", source.command());
        }
        var url = source.url();
        return url == null
                ? unusable(key, "is missing", "Set " + key + ".file, .command or .url.")
                : services.ask(key + ".url", url, source);
    }

    private static Sourced ofFile(String key, Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                return unusable(key, file + " is too long for a token", "Name the token's file.");
            }
            var text = Files.readString(file).strip();
            return text.isEmpty()
                    ? unusable(
                            key, file + " is empty", "See to it that the token is written there.")
                    : new Got(Secret.of(text));
        } catch (IOException e) {
            return unusable(
                    key,
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Name a file that holds the token and that this user may read.");
        }
    }

    static Unusable unusable(String key, String problem, String remedy) {
        return new Unusable(new InputProblem(key, problem, remedy));
    }

    private static String keyOf(String key, TokenSourceConfig source) {
        return key
                + (source.file() != null
                        ? ".file"
                        : source.command().isEmpty() ? ".url" : ".command");
    }

    /** The file, for a message; nothing where the setting itself says enough. */
    private static String where(TokenSourceConfig source) {
        return source.file() == null ? "" : source.file() + " ";
    }

    /** Says which sources are said twice. */
    static void check(UpstreamConfig upstream, Complaints complaints) {
        sources(upstream)
                .forEach((key, source) -> {
                    int said =
                            (source.file() == null ? 0 : 1)
                                    + (source.command().isEmpty() ? 0 : 1)
                                    + (source.url() == null ? 0 : 1);
                    if (said > 1) {
                        complaints.add(
                                key,
                                (String) null,
                                "is said twice",
                                "Keep one of file, command and url.");
                    }
                });
    }

    private static Map<String, TokenSourceConfig> sources(UpstreamConfig upstream) {
        var sources = new LinkedHashMap<String, TokenSourceConfig>();
        sources.put("assertion", upstream.inputs().assertion());
        sources.put("subject-token", upstream.inputs().subjectToken());
        sources.put("actor-token", upstream.inputs().actorToken());
        return sources;
    }

    /** Reads what a program or a service printed. */
    static @Nullable Secret token(String text) {
        var bare = text.strip();
        return bare.isEmpty() || bare.length() > LONGEST ? null : Secret.of(bare);
    }
}
