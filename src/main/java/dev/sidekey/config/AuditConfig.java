package dev.sidekey.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where it is written who used which credential for what.
 *
 * @param file JSON lines are added to it; {@code -} is standard output; null for no audit
 */
public record AuditConfig(
        @Setting(
                        doc =
                                "A file of JSON lines that say who used which credential for what; - is standard output. None by default.")
                @Nullable Path file) {}
