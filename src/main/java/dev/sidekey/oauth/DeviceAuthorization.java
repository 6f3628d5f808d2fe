package dev.sidekey.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a device authorization endpoint said (RFC 8628 §3.2). */
public sealed interface DeviceAuthorization {
    /** Where the server names no interval. */
    Duration USUAL_INTERVAL = Duration.ofSeconds(5);

    /** Where the server names no end, which it must. */
    Duration USUAL_LIFE = Duration.ofMinutes(5);

    /**
     * A code for the person, and one to ask with until they have decided.
     *
     * @param deviceCode what is asked with
     * @param userCode what the person types
     * @param link where; with the code in it where the server offers that
     * @param expiresIn how long both last
     * @param interval the least time between two questions
     */
    record Given(
            Secret deviceCode, UserCode userCode, URI link, Duration expiresIn, Duration interval)
            implements DeviceAuthorization {}

    /** No code, and the same request will not bring one. */
    record Rejected(OAuthError error) implements DeviceAuthorization {}

    /** No answer that says yes or no. */
    record Failed(OAuthFailure failure) implements DeviceAuthorization {}

    /** Nothing was sent: something that the request needs cannot be used. */
    record Unasked(InputProblem problem) implements DeviceAuthorization {}

    /** Reads an endpoint's answer. */
    static DeviceAuthorization read(HttpReply reply) {
        var document = reply.json();
        if (!reply.isSuccess() || document == null) {
            var refusal = reply.status() / 100 == 4 && reply.status() != 429;
            return refusal
                    ? new Rejected(reply.error())
                    : new Failed(reply.failure("could not give a device code", true));
        }
        var code = JsonMembers.secret(document, "device_code");
        var shown = JsonMembers.text(document, "user_code");
        var link = link(document);
        if (code == null || shown == null || link == null) {
            return new Failed(
                    reply.failure(
                            "answered without device_code, user_code or verification_uri", true));
        }
        return new Given(
                code,
                new UserCode(shown),
                link,
                seconds(document.path("expires_in").asLong(0), USUAL_LIFE),
                seconds(document.path("interval").asLong(0), USUAL_INTERVAL));
    }

    /** Google and others of before the RFC write {@code verification_url}. */
    private static @Nullable URI link(JsonNode document) {
        for (var name :
                new String[] {
                    "verification_uri_complete", "verification_uri", "verification_url"
                }) {
            var uri = JsonMembers.uri(document, name);
            if (uri != null) {
                return uri;
            }
        }
        return null;
    }

    private static Duration seconds(long seconds, Duration fallback) {
        return seconds <= 0 ? fallback : Duration.ofSeconds(Math.min(seconds, 86_400));
    }
}
