package dev.sidekey.exchange;

import dev.sidekey.authorization.BearerCredential;
import dev.sidekey.authorization.Refusal;
import dev.sidekey.upstream.AttemptFailure;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * How often one exchange may be sent again, and for what reason: each has its own bound. Confined
 * to the event loop.
 */
final class Ladder {
    /** One login and a few step-ups; whoever is refused more often is told so. */
    private static final int MOST_AUTHORIZATIONS = 3;

    /** One that was not known, and one that ended on the way. */
    private static final int MOST_NONCES = 2;

    private final HttpMethod method;
    private final Redirects redirects;
    private int authorizations;
    private int nonces;
    private boolean retried;

    Ladder(HttpMethod method) {
        this.method = method;
        this.redirects = new Redirects(method);
    }

    /** Where a response sends the request on to; null when it is not to be followed. */
    @Nullable Route redirect(HttpResponse head, Route route) {
        return redirects.next(head, route);
    }

    /** What a refusal leads to. */
    enum Step {
        /** The same request once more: nothing but its proof's nonce was missing (M13). */
        RESEND,
        /** That again, but the body is no longer here. */
        TOO_LATE,
        /** Ask the authorization room. */
        AUTHORIZE,
        /** It stands. */
        GIVE_UP
    }

    /**
     * What to do with a 401 or 403.
     *
     * @param shown what the request was sent with
     * @param replayable whether the request can be sent again
     */
    Step onRefusal(
            @Nullable BearerCredential shown,
            Refusal refusal,
            HttpResponse head,
            boolean replayable) {
        var isNew = bringsNonce(shown, head);
        if (shown != null && shown.isBound() && refusal.asksForNonce()) {
            // neither a refresh nor a login would bring a nonce
            var again = isNew && nonces++ < MOST_NONCES;
            return !again ? Step.GIVE_UP : replayable ? Step.RESEND : Step.TOO_LATE;
        }
        var ours = !(refusal instanceof Refusal.NotOurs);
        return ours && authorizations++ < MOST_AUTHORIZATIONS ? Step.AUTHORIZE : Step.GIVE_UP;
    }

    /** Whether a broken connection is tried once more; says so once. */
    boolean retriesOnce(AttemptFailure failure) {
        var retries = !retried && Failures.mayRetry(failure, method);
        retried |= retries;
        return retries;
    }

    /** An answer that refuses nothing may bring a nonce, too. */
    void onAccepted(@Nullable BearerCredential shown, HttpResponse head) {
        var _ = bringsNonce(shown, head);
    }

    /** Notes the nonce that an answer brings, whatever its status; says whether it is new. */
    private static boolean bringsNonce(@Nullable BearerCredential shown, HttpResponse head) {
        return shown != null
                && shown.isBound()
                && shown.learnNonce(head.headers().get(ResponseHeaders.DPOP_NONCE));
    }
}
