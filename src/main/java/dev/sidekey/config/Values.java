package dev.sidekey.config;

import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads single values. Each reader throws {@link IllegalArgumentException} saying what is expected.
 */
final class Values {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB)?");
    private static final Pattern HOST_PORT =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\[\\]:\\s/]+):(\\d{1,5})");
    private static final Map<Class<?>, Function<String, Object>> READERS =
            Map.ofEntries(
                    Map.entry(String.class, text -> text),
                    Map.entry(Duration.class, Values::duration),
                    Map.entry(long.class, Values::size),
                    Map.entry(int.class, Values::smallSize),
                    Map.entry(boolean.class, Values::flag),
                    Map.entry(HostPort.class, Values::hostPort),
                    Map.entry(URI.class, Values::uri),
                    Map.entry(Path.class, Values::path),
                    Map.entry(Scopes.class, Scopes::parse));

    private Values() {}

    /** Whether a type is read from one text. */
    static boolean isSingle(Class<?> type) {
        return READERS.containsKey(type) || type.isEnum();
    }

    static Object read(Class<?> type, String text) {
        var reader = READERS.get(type);
        return reader == null ? constant(type, text) : reader.apply(text);
    }

    private static Duration duration(String text) {
        var match = DURATION.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("a duration such as 500ms, 50s, 10m or 2h");
        }
        long amount = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static long size(String text) {
        var match = SIZE.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("a number, or a size such as 64KiB or 1MiB");
        }
        long unit =
                switch (match.group(2) == null ? "B" : match.group(2)) {
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    case "GiB" -> 1L << 30;
                    default -> 1;
                };
        try {
            return Math.multiplyExact(Long.parseLong(match.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("less than that", e);
        }
    }

    private static int smallSize(String text) {
        long size = size(text);
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("less than 2GiB");
        }
        return (int) size;
    }

    private static boolean flag(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    private static HostPort hostPort(String text) {
        var match = HOST_PORT.matcher(text.strip());
        if (!match.matches() || Integer.parseInt(match.group(2)) > 65_535) {
            throw new IllegalArgumentException("HOST:PORT, with an IPv6 address in brackets");
        }
        var host = match.group(1);
        var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new HostPort(bare, Integer.parseInt(match.group(2)));
    }

    private static URI uri(String text) {
        try {
            var uri = new URI(text.strip());
            if (uri.isAbsolute()) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException("a whole URL, such as https://mcp.example.com/mcp");
    }

    private static Path path(String text) {
        var home = System.getProperty("user.home", "");
        try {
            return Path.of(
                    text.equals("~") || text.startsWith("~/") ? home + text.substring(1) : text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("a path that this system knows", e);
        }
    }

    private static Object constant(Class<?> type, String text) {
        for (var constant : type.getEnumConstants()) {
            if (nameOf(constant).equals(text.strip())) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                "one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(Values::nameOf)
                                .collect(Collectors.joining(", ")));
    }

    /** An enum's constant as it is written. */
    static String nameOf(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
