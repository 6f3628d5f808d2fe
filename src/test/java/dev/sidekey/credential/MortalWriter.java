package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.value;

import dev.sidekey.credential.DyingWriter.Deed;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/** A process that does one deed on an engine when it is told to; it is killed meanwhile. */
final class MortalWriter {
    static final Duration LEASE = Duration.ofMillis(700);

    private MortalWriter() {}

    /** Arguments: address, prefix, deed. */
    public static void main(String[] arguments) throws IOException {
        var store =
                RedisStore.open(
                        RedisServer.config(arguments[0], arguments[1]),
                        InstantSource.system(),
                        Runnable::run);
        var entry = store.load(key("a"));
        var version = entry == null ? 0 : entry.version();
        System.out.println("ready");
        int told = System.in.read();
        Object done =
                switch (Deed.valueOf(arguments[2])) {
                    case CREATE, REPLACE ->
                            store.compareAndReplace(key("a"), version, value("new"), null, null);
                    case REMOVE -> store.remove(key("a"), version, null);
                    case TAKE -> store.take(key("a"));
                    case ACQUIRE -> store.acquire("a", LEASE);
                };
        System.out.println("survived " + told + done);
    }
}
