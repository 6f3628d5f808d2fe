package dev.sidekey.launch;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells who is at the other end of a connection over loopback: whether it is a process of a tree.
 * As the kernel says it in {@code /proc}, which is on Linux alone. Blocks.
 */
final class Peers {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /** Of a table's row: own address, other address, state, queues, timer, retries, owner, … */
    private static final int OWN = 1;

    private static final int OTHER = 2;
    private static final int INODE = 9;

    private Peers() {}

    /** Whether the system can tell at all. */
    static boolean areKnown() {
        return Files.isReadable(TABLES.getFirst());
    }

    /**
     * Whether the other end belongs to a process or one below it.
     *
     * @param peer the other end's address
     * @param own this end's address, both IPv4
     */
    static boolean isWithin(ProcessHandle root, InetSocketAddress peer, InetSocketAddress own) {
        var inode = inode(row(peer), row(own));
        if (inode == null) {
            return false;
        }
        var socket = "socket:[" + inode + "]";
        return Stream.concat(Stream.of(root), root.descendants())
                .anyMatch(process -> holds(process.pid(), socket));
    }

    /** An address as the tables have it: four bytes in the order of a little-endian machine. */
    private static String row(InetSocketAddress address) {
        var bytes = address.getAddress().getAddress();
        var reversed = new byte[] {bytes[3], bytes[2], bytes[1], bytes[0]};
        return "%s:%04X"
                .formatted(HexFormat.of().withUpperCase().formatHex(reversed), address.getPort());
    }

    private static @Nullable String inode(String own, String other) {
        for (var table : TABLES) {
            try (var rows = Files.lines(table)) {
                var found =
                        rows.map(row -> row.strip().split("\\s+", -1))
                                .filter(row -> row.length > INODE)
                                // a JVM's socket is an IPv6 one, with the other kind's mapped into
                                // it
                                .filter(row -> isThat(row[OWN], own) && isThat(row[OTHER], other))
                                .map(row -> row[INODE])
                                .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (IOException e) {
                // a machine without IPv6 has one table
            }
        }
        return null;
    }

    private static boolean isThat(String shown, String wanted) {
        var address = shown.toUpperCase(Locale.ROOT);
        return address.equals(wanted) || address.equals("0000000000000000FFFF0000" + wanted);
    }

    private static boolean holds(long process, String socket) {
        try (var descriptors = Files.list(Path.of("/proc/" + process + "/fd"))) {
            return descriptors.anyMatch(one -> isLinkTo(one, socket));
        } catch (IOException e) {
            // it has ended, or is another user's
            return false;
        }
    }

    private static boolean isLinkTo(Path descriptor, String socket) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(socket);
        } catch (IOException e) {
            return false;
        }
    }
}
