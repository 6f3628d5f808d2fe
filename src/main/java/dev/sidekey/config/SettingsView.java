package dev.sidekey.config;

import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An upstream's settings, one row each, with where each came from. Shows no secret. */
public final class SettingsView {
    private static final String SECRET = "(secret)";
    private static final String SET = "(set)";

    private final UpstreamConfig upstream;
    private final List<Row> rows = new ArrayList<>();

    /**
     * One setting.
     *
     * @param key such as {@code registration.scope}
     * @param value as it would be written
     * @param source file and line, flag, variable, {@code profile NAME} or {@code default}
     */
    public record Row(String key, String value, String source) {}

    private SettingsView(UpstreamConfig upstream) {
        this.upstream = upstream;
    }

    /** What was said or came from a profile, and the defaults that a profile could replace. */
    public static List<Row> rows(UpstreamConfig upstream) {
        var view = new SettingsView(upstream);
        view.add(upstream, "", false);
        return view.rows;
    }

    private void add(Record section, String path, boolean closed) {
        for (var component : section.getClass().getRecordComponents()) {
            if (component.isAnnotationPresent(Inline.class)) {
                // what grants work with: commands and headers may hold secrets
                add((Record) Objects.requireNonNull(Records.get(component, section)), path, true);
            } else if (component.isAnnotationPresent(Setting.class)) {
                add(component, Records.get(component, section), path, closed);
            }
        }
    }

    private void add(
            RecordComponent component, @Nullable Object value, String path, boolean closed) {
        var key = RecordBinder.at(path, RecordShape.keyOf(component));
        if (value instanceof Map<?, ?> map && !closed) {
            map.forEach((name, one) -> row(key + "." + name, String.valueOf(one)));
        } else if (value instanceof Record section
                && !Values.isSingle(component.getType())
                && !(value instanceof SecretSource)) {
            add(section, key, closed);
        } else {
            row(key, closed && !(value instanceof Path) && value != null ? SET : text(value));
        }
    }

    private void row(String key, @Nullable String value) {
        var source = upstream.origins().of(key);
        if (source.equals("default") && !ProviderProfiles.isForProfiles(key)) {
            return;
        }
        if (value != null) {
            rows.add(new Row(key, value, source));
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Secret _ -> SECRET;
            case SecretSource _ -> SECRET;
            case Enum<?> constant -> Values.nameOf(constant);
            case URI url -> url.toString().replaceFirst("\\?.*", "?…");
            case Scopes scopes -> scopes.isEmpty() ? "(none)" : scopes.toString();
            case List<?> list ->
                    list.isEmpty()
                            ? null
                            : String.join(", ", list.stream().map(String::valueOf).toList());
            default -> value.toString();
        };
    }
}
