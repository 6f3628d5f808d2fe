package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.Versioned;
import dev.sidekey.oauth.Challenge;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a flow is to bring about. Unchanged from its beginning to its end, but that the issuer's
 * profiles are put under the upstream's settings once it is known.
 *
 * @param call the request that was refused first
 * @param slot what the flow is single for
 * @param challenge what the upstream said; null when it named nothing (P3)
 * @param stepUp whether a wider grant is needed, which no refresh gives (U2)
 * @param presented the credential that was refused; null when none was shown
 * @param flight who waits
 * @param turn the right to authorize this slot among all processes
 * @param known the credentials of the slot that were stored when the flow began, by version: none
 *     of them was worth a try, any later one may be
 */
record Demand(
        Call call,
        Slot slot,
        @Nullable Challenge challenge,
        boolean stepUp,
        @Nullable HeldCredential presented,
        Flight flight,
        Turn turn,
        Map<CredentialKey, Long> known) {

    UpstreamConfig upstream() {
        return call.upstream();
    }

    /** The same under the settings that hold at an issuer. */
    Demand at(String issuer) {
        var settings = upstream().at(issuer);
        return new Demand(
                call.under(settings), slot, challenge, stepUp, presented, flight, turn, known);
    }

    /** Whether a credential was stored since the flow began, and is not the refused one. */
    boolean isNews(Versioned<Credential> stored) {
        var credential = stored.value();
        var refused = previous();
        return stored.version() > known.getOrDefault(credential.key(), 0L)
                && (refused == null || credential.issuedAt().isAfter(refused.issuedAt()));
    }

    /** The credential that was refused, or null. */
    @Nullable Credential previous() {
        return presented == null ? null : presented.credential();
    }
}
