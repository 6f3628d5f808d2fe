package dev.sidekey.config;

import java.nio.file.Path;
import java.util.Map;

/** Where the configuration of a running Sidekey comes from, to be read again. Blocks. */
public interface ConfigSource {

    /**
     * Reads everything anew.
     *
     * @throws ConfigException with every violation
     */
    SidekeyConfig load() throws ConfigException;

    /** The files that the last reading wanted, secrets among them, as they were before it. */
    Map<Path, String> files();
}
