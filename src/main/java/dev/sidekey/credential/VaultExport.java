package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidekey.oauth.Secret;
import dev.sidekey.seal.Passphrase;
import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealException;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * All records of a store in one piece, sealed under a passphrase, to be put into another store. The
 * Sidekeys of the old one must be stopped first: two stores with one refresh token would show it
 * twice.
 */
public final class VaultExport {
    private static final String FORM = "sidekey-export";
    private static final int VERSION = 1;

    private VaultExport() {}

    /**
     * What came of an import.
     *
     * @param added records that were not there
     * @param kept records that were, and stay as they are: they may be newer
     * @param again whether this export was taken in before, and nothing was done
     */
    public record Imported(int added, int kept, boolean again) {}

    /** Everything, but for leases and announcements, which mean nothing elsewhere. */
    public static byte[] write(Vault vault, Secret passphrase) {
        var records = Json.object();
        for (var shelf : vault.shelves()) {
            var array = records.putArray(shelf.kind().label());
            shelf.plain().forEach(array::add);
        }
        var salt = new byte[Passphrase.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        try {
            var plain = Json.MAPPER.writeValueAsBytes(records);
            var json = Json.object();
            json.put("form", FORM);
            json.put("version", VERSION);
            json.put("salt", salt);
            json.put("sealed", seal(passphrase, salt).seal(plain, FORM));
            return Json.MAPPER.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    private static Seal seal(Secret passphrase, byte[] salt) {
        return Seal.of(Passphrase.stretch(passphrase, salt));
    }

    /**
     * Adds what is not there yet, once: repeated, as an init step of a pod is, it does nothing, so
     * that what was removed since does not come back.
     *
     * @param replace whether what is there is replaced, and an export taken in once more
     * @throws StoreException when it is no export, or the passphrase is another one
     */
    public static Imported read(Vault vault, byte[] export, Secret passphrase, boolean replace) {
        var opened = open(export, passphrase);
        var taken = new TakenExport(opened.id);
        if (!replace && vault.imports().load(taken.id()) != null) {
            return new Imported(0, 0, true);
        }
        int added = 0;
        int kept = 0;
        for (var shelf : vault.shelves()) {
            for (var record : opened.records.path(shelf.kind().label())) {
                if (vault.putPlain(shelf, record, replace)) {
                    added++;
                } else {
                    kept++;
                }
            }
        }
        vault.imports().put(taken, true);
        return new Imported(added, kept, false);
    }

    /** An export without its seal; each has another id. */
    private record Opened(String id, JsonNode records) {}

    private static Opened open(byte[] export, Secret passphrase) {
        try {
            var json = Json.MAPPER.readTree(export);
            if (!json.path("form").asText().equals(FORM)
                    || json.path("version").intValue() != VERSION) {
                throw new StoreException("this is no export that this Sidekey knows", null);
            }
            var salt = json.required("salt").binaryValue();
            var sealed = json.required("sealed").binaryValue();
            var records = Json.MAPPER.readTree(seal(passphrase, salt).open(sealed, FORM));
            return new Opened(json.path("salt").asText(), records);
        } catch (SealException e) {
            throw new StoreException(
                    "the passphrase does not open the export, or it is damaged", null);
        } catch (IOException | IllegalArgumentException e) {
            throw new StoreException("this is no export, or it is damaged", null);
        }
    }
}
