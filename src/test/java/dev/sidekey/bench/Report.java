package dev.sidekey.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Puts the figures into the page, between its two marks, and draws them beside it. */
final class Report {
    private static final String BEGINS = "<!-- figures -->\n";
    private static final String ENDS = "<!-- end of figures -->";

    private final Path page;
    private final StringBuilder text = new StringBuilder();

    Report(Path page) {
        this.page = page;
    }

    /** Three digits that count. */
    static String number(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String cell(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : "";
    }

    void table(String heading, String first, Figures figures, List<Column> columns) {
        text.append("\n### ").append(heading).append("\n\n| ").append(first).append(" |");
        columns.forEach(column -> text.append(' ').append(column.says()).append(" |"));
        text.append("\n| --- |").append(" ---: |".repeat(columns.size())).append('\n');
        for (var row : figures.rows()) {
            if (columns.stream().noneMatch(one -> figures.of(row, one.key()).isPresent())) {
                continue;
            }
            text.append("| ").append(row).append(" |");
            for (var column : columns) {
                text.append(' ').append(cell(figures.of(row, column.key()))).append(" |");
            }
            text.append('\n');
        }
    }

    /**
     * A column of a table.
     *
     * @param key as {@link Figures} has it
     * @param says what stands above it
     */
    record Column(String key, String says) {
        static Column of(String key, String unit) {
            return new Column(key, unit.isEmpty() ? key : key + ", " + unit);
        }
    }

    /** A picture of one column. */
    void picture(String file, String title, Figures figures, String column, double most)
            throws IOException {
        var chart = new BarChart(title);
        for (var row : figures.rows()) {
            figures.of(row, column).ifPresent(value -> chart.add(row, value));
        }
        var pictures = Files.createDirectories(page.resolveSibling("performance"));
        Files.writeString(pictures.resolve(file), chart.svg(most));
        text.append("\n![").append(title).append("](performance/").append(file).append(")\n");
    }

    void say(String line) {
        text.append(line).append('\n');
    }

    /** Writes the page. */
    void write() throws IOException {
        var old = Files.readString(page);
        int from = old.indexOf(BEGINS) + BEGINS.length();
        int to = old.indexOf(ENDS);
        if (from < BEGINS.length() || to < from) {
            throw new IOException(page + " has no place for figures");
        }
        Files.writeString(page, old.substring(0, from) + text + "\n" + old.substring(to));
    }
}
