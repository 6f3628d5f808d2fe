package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.text;
import static dev.sidekey.credential.Opened.value;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * A process that counts up one entry and says each number once it is stored, until it is killed.
 */
final class RestlessWriter {
    private RestlessWriter() {}

    /** Arguments: type of the store, state directory. */
    public static void main(String[] arguments) {
        var store =
                CredentialStores.open(
                        Opened.config(arguments[0], Path.of(arguments[1])),
                        Path.of(arguments[1]),
                        InstantSource.system(),
                        Runnable::run);
        while (true) {
            var entry = store.load(key("a"));
            var next = 1 + (entry == null ? 0 : Integer.parseInt(text(entry)));
            var version = entry == null ? 0 : entry.version();
            if (store.compareAndReplace(key("a"), version, value("" + next), null, null) != null) {
                System.out.println(next);
            }
        }
    }
}
