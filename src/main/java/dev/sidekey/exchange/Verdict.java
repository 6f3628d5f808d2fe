package dev.sidekey.exchange;

import dev.sidekey.authorization.Authorization;
import dev.sidekey.authorization.BearerCredential;
import org.jspecify.annotations.Nullable;

/** What the authorization room's answer means for a request. */
sealed interface Verdict {

    /** Send it again. */
    record Resend(@Nullable BearerCredential credential) implements Verdict {}

    /** Answer it in the upstream's place. */
    record Answer(Trouble trouble) implements Verdict {}

    /**
     * Reads an answer; null, which the seam never gives, is a bug and says so.
     *
     * @param replayable whether the request can still be sent again
     */
    static Verdict of(@Nullable Authorization authorization, String upstream, boolean replayable) {
        return switch (authorization) {
            case null -> new Answer(Trouble.broken(upstream));
            case Authorization.Granted granted ->
                    replayable
                            ? new Resend(granted.credential())
                            : new Answer(Trouble.tooLarge(upstream));
            case Authorization.Forgotten _ ->
                    replayable ? new Resend(null) : new Answer(Trouble.tooLarge(upstream));
            case Authorization.LoginRequired login ->
                    new Answer(Trouble.loginRequired(upstream, login));
            case Authorization.Denied denied -> new Answer(Trouble.of(denied, upstream));
            case Authorization.PassOn _ -> new Answer(Trouble.stillRefused(upstream));
        };
    }
}
