package dev.sidekey.credential;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** Says the same thing once only: an entry that cannot be read is met again and again. */
final class Warnings {
    private static final int BOUND = 1000;

    private final Logger log;
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    Warnings(Logger log) {
        this.log = log;
    }

    void once(StoreException problem) {
        var message = String.valueOf(problem.getMessage());
        if (said.size() < BOUND && said.add(message)) {
            log.warn(message);
        }
    }
}
