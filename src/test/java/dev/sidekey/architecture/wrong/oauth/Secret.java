package dev.sidekey.architecture.wrong.oauth;

/** Named as the real one. */
public final class Secret {
    public String reveal() {
        return "";
    }
}
