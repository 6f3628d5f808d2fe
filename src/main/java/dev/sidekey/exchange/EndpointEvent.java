package dev.sidekey.exchange;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event of an event stream, read only as far as the legacy transport needs: its name and its
 * data. Lines end in CR, LF or CRLF.
 *
 * @param lines the block's lines without their ends
 * @param lineEnd the end of its first line
 * @param length characters of the block, its blank line included
 */
record EndpointEvent(List<String> lines, String lineEnd, int length) {

    /**
     * The first block of a text, or a comment before it; null while its end has not come: the blank
     * line of a block, the line's of a comment.
     */
    static @Nullable EndpointEvent first(String text, int from) {
        var lines = new ArrayList<String>();
        var lineEnd = "\n";
        int at = from;
        while (at < text.length()) {
            int end = endOfLine(text, at);
            if (end < 0) {
                return null;
            }
            var mark = text.startsWith("\r\n", end) ? "\r\n" : text.substring(end, end + 1);
            if (end == at) {
                return new EndpointEvent(lines, lineEnd, end + mark.length() - from);
            }
            lineEnd = lines.isEmpty() ? mark : lineEnd;
            var line = text.substring(at, end);
            at = end + mark.length();
            if (lines.isEmpty() && stripBom(line).startsWith(":")) {
                return new EndpointEvent(List.of(line), mark, at - from);
            }
            lines.add(line);
        }
        return null;
    }

    private static int endOfLine(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                return i;
            }
            if (c == '\r') {
                // a lone CR at the very end may yet become CRLF
                return i + 1 < text.length() ? i : -1;
            }
        }
        return -1;
    }

    /** Whether it is an event at all: not comments only. */
    boolean isEvent() {
        return lines.stream().anyMatch(line -> !stripBom(line).startsWith(":"));
    }

    /** The event's data when its name is {@code endpoint}; null when it is another event. */
    @Nullable String endpoint() {
        var data = new ArrayList<String>();
        var isEndpoint = false;
        for (var line : lines) {
            var bare = stripBom(line);
            var name = field(bare, "event");
            var value = field(bare, "data");
            if (name != null) {
                isEndpoint = name.equals("endpoint");
            }
            if (value != null) {
                data.add(value);
            }
        }
        return isEndpoint ? String.join("\n", data).strip() : null;
    }

    /** The block with other data. */
    String withData(String value) {
        var block = new StringBuilder();
        for (var line : lines) {
            if (field(stripBom(line), "data") == null) {
                block.append(line).append(lineEnd);
            }
        }
        return block.append("data: ").append(value).append(lineEnd).append(lineEnd).toString();
    }

    private static @Nullable String field(String line, String name) {
        if (line.equals(name)) {
            return "";
        }
        if (!line.startsWith(name + ":")) {
            return null;
        }
        var value = line.substring(name.length() + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    private static String stripBom(String line) {
        return line.startsWith("\u00ef\u00bb\u00bf") ? line.substring(3) : line;
    }
}
