package dev.sidekey.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What files look like from outside: two stamps differ when one of the files was written, replaced
 * or swapped. Kubernetes swaps the directory that a mounted ConfigMap links to, editors rename over
 * the file, and containers see neither as an event: so they are looked at, not listened to. Blocks.
 */
public final class FileStamps {
    private FileStamps() {}

    /** A stamp of each file; one that is not there has one, too. */
    public static Map<Path, String> of(Collection<Path> files) {
        var stamps = new HashMap<Path, String>();
        files.forEach(file -> stamps.put(file, of(file)));
        return stamps;
    }

    /** The stamp of one file. */
    public static String of(Path file) {
        try {
            var real = file.toRealPath();
            var seen = Files.readAttributes(real, BasicFileAttributes.class);
            return real + " " + seen.fileKey() + " " + seen.lastModifiedTime() + " " + seen.size();
        } catch (IOException e) {
            return "absent";
        }
    }
}
