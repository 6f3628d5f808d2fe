package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidekey.seal.Seal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which credentials belong to an account and a configured URL, so that nobody reads all of them to
 * find one. It may name one that is gone, never leave out one that is there.
 */
final class SlotIndex {
    private static final int MOST = 32;

    private final Shelf<Key, Members> shelf;
    private final Shelf<CredentialKey, Credential> credentials;

    SlotIndex(CredentialStore store, Seal seal, Shelf<CredentialKey, Credential> credentials) {
        this.shelf = new Shelf<>(store, seal, new Form());
        this.credentials = credentials;
    }

    /** An account and a configured URL. */
    record Key(String account, String upstreamUrl) {}

    /** What belongs there. */
    record Members(Key key, List<String> ids) {}

    /** Those of a slot; null when none was ever added, as in a store older than this index. */
    @Nullable List<CredentialKey> of(String account, String upstreamUrl) {
        var members = shelf.load(new Key(account, upstreamUrl));
        return members == null
                ? null
                : members.value().ids().stream().map(CredentialKey::of).toList();
    }

    /** Adds a credential; to be called before it is written and once more after it was. */
    void add(Credential credential) {
        var key = new Key(credential.key().account(), credential.upstreamUrl().toString());
        var id = credential.key().id();
        while (true) {
            var before = shelf.load(key);
            var ids = before == null ? List.<String>of() : before.value().ids();
            if (ids.contains(id)) {
                return;
            }
            var gone = ids.size() < MOST ? List.<String>of() : gone(ids);
            var after = new ArrayList<>(ids);
            after.removeAll(gone);
            after.add(id);
            var version = before == null ? 0 : before.version();
            if (shelf.save(new Members(key, List.copyOf(after)), version, null) != null) {
                // one that was written meanwhile comes back
                gone.forEach(this::addAgain);
                return;
            }
        }
    }

    private List<String> gone(List<String> ids) {
        return ids.stream().filter(id -> credentials.load(CredentialKey.of(id)) == null).toList();
    }

    private void addAgain(String id) {
        var there = credentials.load(CredentialKey.of(id));
        if (there != null) {
            add(there.value());
        }
    }

    private static final class Form implements Codec<Key, Members> {

        @Override
        public Kind kind() {
            return Kind.SLOT;
        }

        @Override
        public String id(Key key) {
            return Json.id(key.account, key.upstreamUrl);
        }

        @Override
        public Key key(Members value) {
            return value.key;
        }

        @Override
        public @Nullable Instant expiresAt(Members value) {
            return null;
        }

        @Override
        public ObjectNode write(Members value) {
            var json = Json.object();
            Json.put(json, "account", value.key.account);
            Json.put(json, "upstream_url", value.key.upstreamUrl);
            value.ids.forEach(json.putArray("credentials")::add);
            return json;
        }

        @Override
        public Members read(JsonNode json) {
            var ids = new ArrayList<String>();
            json.path("credentials").forEach(id -> ids.add(id.textValue()));
            return new Members(
                    new Key(Json.text(json, "account"), Json.text(json, "upstream_url")),
                    List.copyOf(ids));
        }
    }
}
