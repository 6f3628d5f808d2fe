package dev.sidekey.admin;

import java.net.URI;

/**
 * Binds a login to the browser that opened its link (X7), where the public URL is not loopback:
 * else a victim's browser could be made to finish an attacker's login. On loopback the link's nonce
 * binds it, so that a plain HTTP client can follow a link to the end.
 */
final class LoginCookie {
    private final String name;
    private final boolean needed;
    private final boolean secure;

    LoginCookie(URI publicUrl, boolean loopback) {
        this.needed = !loopback;
        this.secure = "https".equals(publicUrl.getScheme());
        this.name = secure ? "__Host-sidekey-login" : "sidekey-login";
    }

    boolean isNeeded() {
        return needed;
    }

    String value(String nonce) {
        return name + "=" + nonce + "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    /**
     * The nonce held by a Cookie header; the empty string when there is none, which no login has.
     */
    String read(String cookieHeader) {
        for (var pair : cookieHeader.split(";", -1)) {
            var parts = pair.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals(name)) {
                return parts[1];
            }
        }
        return "";
    }
}
