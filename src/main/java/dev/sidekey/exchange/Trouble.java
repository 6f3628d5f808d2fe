package dev.sidekey.exchange;

import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.authorization.Authorization.LoginRequired;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Why Sidekey answers in the upstream's place.
 *
 * @param reason a stable code
 * @param message what happened
 * @param upstream the upstream's name
 * @param url where a person goes on; null when nowhere
 * @param remedy what to do
 */
record Trouble(String reason, String message, String upstream, @Nullable URI url, String remedy) {

    static Trouble of(Denied denied, String upstream) {
        return new Trouble(
                denied.reason(), denied.message(), upstream, denied.url(), denied.remedy());
    }

    /** A code goes into both texts: not every client shows both. */
    static Trouble loginRequired(String upstream, LoginRequired login) {
        var code = login.userCode();
        var enter = code == null ? "" : ", enter the code " + code;
        return new Trouble(
                "login_required",
                "A person has to sign in before "
                        + upstream
                        + " can be used"
                        + (code == null ? "" : ", with the code " + code),
                upstream,
                login.link(),
                "Open "
                        + login.link()
                        + " in a browser"
                        + enter
                        + " and sign in, then repeat the call.");
    }

    static Trouble stillRefused(String upstream) {
        return new Trouble(
                "still_refused",
                upstream + " refuses this request with every credential that can be had",
                upstream,
                null,
                "See `sidekey status`; `sidekey logout " + upstream + "` begins anew.");
    }

    static Trouble broken(String upstream) {
        return new Trouble(
                "internal_error",
                "Sidekey failed in a way it should not",
                upstream,
                null,
                "Please report what Sidekey's log says.");
    }

    static Trouble nonceTooLate(String upstream) {
        return new Trouble(
                "body_not_replayable",
                "The upstream asked for a nonce (RFC 9449) after a body longer than"
                        + " limits.replay-body had been sent, so that it cannot be sent again",
                upstream,
                null,
                "Repeat the call: Sidekey knows the nonce now.");
    }

    static Trouble tooLarge(String upstream) {
        return new Trouble(
                "body_not_replayable",
                "The upstream asked for authorization after a body longer than limits.replay-body"
                        + " had been sent, so that it cannot be sent again",
                upstream,
                null,
                "Repeat the call: Sidekey is getting a credential meanwhile.");
    }
}
