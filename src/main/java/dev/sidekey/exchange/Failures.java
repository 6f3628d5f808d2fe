package dev.sidekey.exchange;

import dev.sidekey.upstream.AttemptFailure;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Locale;

/** What the agent sees when the upstream cannot be reached or breaks off. */
final class Failures {
    private Failures() {}

    /**
     * The answer in the upstream's place.
     *
     * @param forwarded whether the agent chose the host: then a refusal by policy is its own, where
     *     a configured upstream's address is the operator's
     */
    static FullHttpResponse answer(AttemptFailure failure, boolean forwarded) {
        if (failure.kind() == AttemptFailure.Kind.REFUSED_ADDRESS && forwarded) {
            return AgentAnswer.plain(403, "egress_refused", failure.message());
        }
        int status = failure.kind() == AttemptFailure.Kind.TIMEOUT ? 504 : 502;
        var reason = "upstream_" + failure.kind().name().toLowerCase(Locale.ROOT);
        return AgentAnswer.plain(status, reason, failure.message());
    }

    /**
     * Whether the request may be sent again: a pooled connection had gone stale, and the upstream
     * cannot have begun, or the method may be sent twice (RFC 9110 §9.2.2), or the upstream says
     * itself that it has not begun. Never a second POST otherwise.
     */
    static boolean mayRetry(AttemptFailure failure, HttpMethod method) {
        var harmless =
                method.equals(HttpMethod.GET)
                        || method.equals(HttpMethod.HEAD)
                        || method.equals(HttpMethod.OPTIONS);
        return failure.kind() == AttemptFailure.Kind.REFUSED
                || (failure.reused() && (failure.nothingSent() || harmless));
    }
}
