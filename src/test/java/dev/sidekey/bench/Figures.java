package dev.sidekey.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/** What was measured: of each row and column a value a round. */
final class Figures {
    private final Map<String, Map<String, List<Double>>> rows =
            new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    void add(String row, String column, double value) {
        System.err.printf("  %-36s %-28s %,.2f%n", row, column, value);
        rows.computeIfAbsent(row, _ -> new LinkedHashMap<>())
                .computeIfAbsent(column, _ -> new ArrayList<>())
                .add(value);
    }

    /** Of sorted values. */
    static double percentile(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))];
    }

    Set<String> rows() {
        return rows.keySet();
    }

    /** The median of the rounds. */
    OptionalDouble of(String row, String column) {
        var values = rows.getOrDefault(row, Map.of()).get(column);
        if (values == null) {
            return OptionalDouble.empty();
        }
        var sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return OptionalDouble.of(sorted[sorted.length / 2]);
    }

    /**
     * How far the rounds lie apart: half of the distance from least to most, in parts of the
     * median.
     */
    double spread(String row, String column) {
        var values = rows.get(row).get(column);
        var least = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        var most = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return (most - least) / 2 / of(row, column).orElse(1);
    }
}
