package dev.sidekey.credential;

/** Who wants to hear of what anybody writes; called on any thread, one at a time. */
public interface StoreFollower {

    /** A credential was written or removed. May block, must not fail. */
    void changed(CredentialKey key);

    /** Something else was, such as a lease. */
    void stirred();

    /**
     * Notices were lost: anything may have changed.
     *
     * @throws StoreException to be called again later
     */
    void missed();
}
