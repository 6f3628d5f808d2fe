package dev.sidekey.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Bars in SVG, one a row: short is good. Legible on light and on dark pages. */
final class BarChart {
    private static final int LEFT = 210;
    private static final int WIDTH = 430;
    private static final int LINE = 26;
    private static final int TOP = 40;

    private final String title;
    private final Map<String, Double> bars = new LinkedHashMap<>();

    BarChart(String title) {
        this.title = title;
    }

    void add(String name, double value) {
        bars.put(name, value);
    }

    /** The picture; longer bars than {@code most} are cut off, and say their value all the same. */
    String svg(double most) {
        var height = TOP + bars.size() * LINE + 10;
        var svg = new StringBuilder();
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 %d" width="720" height="%d" \
                font-family="sans-serif" font-size="13" role="img" aria-label="%s">
                <rect width="100%%" height="100%%" fill="#fff"/>
                <text x="10" y="24" font-size="15" font-weight="bold" fill="#222">%s</text>
                """
                        .formatted(height, height, title, title));
        int y = TOP;
        for (var bar : bars.entrySet()) {
            var width = Math.max(1, (int) (WIDTH * Math.min(1, bar.getValue() / most)));
            var colour = bar.getKey().startsWith("Sidekey") ? "#2563a8" : "#9aa5b1";
            svg.append(
                    """
                    <text x="%d" y="%d" text-anchor="end" fill="#222">%s</text>
                    <rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>
                    <text x="%d" y="%d" fill="#222">%s</text>
                    """
                            .formatted(
                                    LEFT - 8,
                                    y + 15,
                                    bar.getKey(),
                                    LEFT,
                                    y + 2,
                                    width,
                                    LINE - 8,
                                    colour,
                                    LEFT + width + 6,
                                    y + 15,
                                    Report.number(bar.getValue())));
            y += LINE;
        }
        return svg.append("</svg>\n").toString();
    }
}
