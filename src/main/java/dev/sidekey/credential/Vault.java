package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidekey.config.StoreConfig;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept, by its type: records above, sealed bytes below. Safe on every thread and among
 * all processes that open the same store; every method may block.
 */
public final class Vault implements AutoCloseable {
    private final CredentialStore store;
    private final Shelf<CredentialKey, Credential> credentials;
    private final Shelf<RegistrationKey, Registration> registrations;
    private final Shelf<Secret, PendingLogin> logins;
    private final Shelf<IssuerPin.Key, IssuerPin> pins;
    private final Shelf<CredentialKey, Announcement> announcements;
    private final Shelf<String, TakenExport> imports;
    private final SlotIndex slots;

    /** A vault on an open store, which it closes with itself. */
    Vault(CredentialStore store, Seal seal) {
        this.store = store;
        credentials = new Shelf<>(store, seal, new CredentialCodec());
        registrations = new Shelf<>(store, seal, new RegistrationCodec());
        logins = new Shelf<>(store, seal, new PendingLoginCodec());
        pins = new Shelf<>(store, seal, new IssuerPin.Form());
        announcements = new Shelf<>(store, seal, new Announcement.Form());
        imports = new Shelf<>(store, seal, new TakenExport.Form());
        slots = new SlotIndex(store, seal, credentials);
    }

    /**
     * Opens the configured store, making what is not there yet.
     *
     * @param executor runs watches, each for as long as it is open: virtual threads
     * @throws StoreException when the store cannot be used, or its entries were sealed with another
     *     key
     * @throws SealException when the configured key is none
     */
    public static Vault open(
            StoreConfig config, Path stateDir, InstantSource clock, Executor executor) {
        var store = CredentialStores.open(config, stateDir, clock, executor);
        try {
            return new Vault(store, StoreSeal.open(config, stateDir, store));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** The credential of a key as it is in the store now, or null. */
    public @Nullable Versioned<Credential> credential(CredentialKey key) {
        return credentials.load(key);
    }

    /** All credentials; what cannot be read is left out, and logged with its place. */
    public List<Versioned<Credential>> credentials() {
        return credentials.list();
    }

    /** All credentials of an account for one configured URL. */
    public List<Versioned<Credential>> credentials(String account, String upstreamUrl) {
        var keys = slots.of(account, upstreamUrl);
        var found =
                keys == null
                        ? credentials.list().stream()
                        : keys.stream().map(credentials::load).filter(Objects::nonNull);
        return found.filter(stored ->
                        stored.value().key().account().equals(account)
                                && stored.value().upstreamUrl().toString().equals(upstreamUrl))
                .toList();
    }

    /**
     * Stores a credential if the store still has the version that the caller saw; durable on
     * return.
     *
     * @param expectedVersion 0 when there must be none
     * @param fence where given, refused once the lease was released or taken over
     * @return the credential as it now is, or null when another was first: load it then (E14)
     */
    public @Nullable Versioned<Credential> save(
            Credential credential, long expectedVersion, @Nullable Lease fence) {
        if (expectedVersion != 0) {
            return credentials.save(credential, expectedVersion, fence);
        }
        slots.add(credential);
        var saved = credentials.save(credential, expectedVersion, fence);
        if (saved != null) {
            slots.add(credential);
        }
        return saved;
    }

    /** Removes a credential if it still has the version that the caller saw (E14). */
    public boolean removeCredential(
            CredentialKey key, long expectedVersion, @Nullable Lease fence) {
        return credentials.remove(key, expectedVersion, fence);
    }

    /** Removes a credential, whatever its version: a person said so. */
    public boolean removeCredential(CredentialKey key) {
        return credentials.discard(key);
    }

    /** Whether the refresh token of a credential is being shown; null when nobody said so. */
    public @Nullable Versioned<Announcement> announcement(CredentialKey key) {
        return announcements.load(key);
    }

    /**
     * Says, before it is done, that a refresh token is shown.
     *
     * @param expectedVersion of the announcement that was there; 0 when there was none
     * @param fence refused once this lease was released or taken over
     * @return null when it was refused: the token must not be shown then
     */
    public @Nullable Versioned<Announcement> announce(
            Announcement announcement, long expectedVersion, Lease fence) {
        return announcements.save(announcement, expectedVersion, fence);
    }

    /** Takes an announcement back: the answer was stored, or the token was not taken. */
    public void withdraw(Versioned<Announcement> announcement) {
        announcements.remove(announcement.value().credential(), announcement.version(), null);
    }

    /** The registration of a key, or null. */
    public @Nullable Versioned<Registration> registration(RegistrationKey key) {
        return registrations.load(key);
    }

    /** As {@link #save}, for a registration. */
    public @Nullable Versioned<Registration> saveRegistration(
            Registration registration, long expectedVersion, @Nullable Lease fence) {
        return registrations.save(registration, expectedVersion, fence);
    }

    /**
     * Notes that a token was got with a client (K15). Without effect where it was not registered.
     */
    public void proveRegistration(String issuer, String clientId) {
        for (var stored : registrations(issuer, clientId)) {
            if (!stored.value().proven()) {
                // lost to another writer means that it is a newer registration, with no proof yet
                registrations.save(stored.value().withProof(), stored.version(), null);
            }
        }
    }

    /** Notes that a login with a client was refused for these scopes, down to none at all (U8). */
    public void noteRefusedScopes(String issuer, String clientId, Scopes refused) {
        for (var stored : registrations(issuer, clientId)) {
            registrations.save(stored.value().withRefused(refused), stored.version(), null);
        }
    }

    /** Forgets a client that its issuer no longer knows (E12). */
    public void removeRegistration(String issuer, String clientId) {
        for (var stored : registrations(issuer, clientId)) {
            registrations.remove(stored.value().key(), stored.version(), null);
        }
    }

    /** Forgets a client with which no token was ever got (K15). */
    public void removeUnprovenRegistration(String issuer, String clientId) {
        for (var stored : registrations(issuer, clientId)) {
            if (!stored.value().proven()) {
                registrations.remove(stored.value().key(), stored.version(), null);
            }
        }
    }

    private List<Versioned<Registration>> registrations(String issuer, String clientId) {
        return registrations.list().stream()
                .filter(stored ->
                        stored.value().key().issuer().equals(issuer)
                                && stored.value().client().clientId().equals(clientId))
                .toList();
    }

    /**
     * Which issuer a client belongs to whose owner nobody configured: the first one asked about,
     * for ever (B5).
     */
    public String pinIssuer(String account, String upstreamUrl, String clientId, String issuer) {
        return IssuerPin.first(pins, new IssuerPin(account, upstreamUrl, clientId, issuer));
    }

    /**
     * Stores a login before its link is shown to anybody. Its state is new, so that it is alone.
     */
    public void saveLogin(PendingLogin login) {
        if (logins.save(login, 0, null) == null) {
            throw new IllegalStateException("a login of this state is there already");
        }
    }

    /** The logins that await a person. */
    public List<PendingLogin> logins() {
        return logins.list().stream().map(Versioned::value).toList();
    }

    /** The login of a state, which stays there until its answer's issuer was checked (K10). */
    public @Nullable PendingLogin loginByState(Secret state) {
        var login = logins.load(state);
        return login == null ? null : login.value();
    }

    /** The login of a link. */
    public @Nullable PendingLogin loginByNonce(Secret nonce) {
        return logins().stream()
                .filter(login -> login.nonce().equals(nonce))
                .findFirst()
                .orElse(null);
    }

    /** Uses a login up (K5). Null when another caller, here or elsewhere, was first. */
    public @Nullable PendingLogin takeLogin(PendingLogin login) {
        return logins.take(login.state());
    }

    /** What an export holds. */
    List<Shelf<?, ?>> shelves() {
        return List.of(credentials, registrations, logins, pins, imports);
    }

    /** Which exports were taken in. */
    Shelf<String, TakenExport> imports() {
        return imports;
    }

    /** Puts a record of an export there. False when there is one of its key that stays. */
    <T> boolean putPlain(Shelf<?, T> shelf, JsonNode plain, boolean replace) {
        var value = shelf.read(plain);
        if (value instanceof Credential credential) {
            slots.add(credential);
        }
        var put = shelf.put(value, replace);
        if (value instanceof Credential credential) {
            slots.add(credential);
        }
        return put;
    }

    /** {@link CredentialStore#trouble}: what {@code /readyz} asks. */
    public @Nullable String trouble() {
        return store.trouble();
    }

    /** {@link CredentialStore#acquire}. */
    public @Nullable Lease acquire(String name, Duration ttl) {
        return store.acquire(name, ttl);
    }

    /** {@link CredentialStore#renew}. */
    public boolean renew(Lease lease, Duration ttl) {
        return store.renew(lease, ttl);
    }

    /** {@link CredentialStore#release}. */
    public void release(Lease lease) {
        store.release(lease);
    }

    /** Tells of what is written or removed by anybody, soon after; a notice may come twice. */
    public CredentialStore.Watch follow(StoreFollower follower) {
        return store.watch(
                entry -> {
                    if (entry.kind() == Kind.CREDENTIAL) {
                        follower.changed(CredentialKey.of(entry.id()));
                    } else {
                        follower.stirred();
                    }
                },
                follower::missed);
    }

    @Override
    public void close() {
        store.close();
    }
}
