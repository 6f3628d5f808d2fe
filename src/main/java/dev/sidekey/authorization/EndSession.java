package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.Revocation;
import dev.sidekey.grant.Revocation.Revoked;
import dev.sidekey.telemetry.Audit;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs out: drops what is held first, so that nothing uses it any more, then tells the
 * authorization server where it offers that (RFC 7009). A server that does not answer changes
 * nothing: the credential is gone here.
 */
final class EndSession {
    private static final Logger LOG = LoggerFactory.getLogger(EndSession.class);

    private final Vault vault;
    private final HeldCredentials held;
    private final Logins logins;
    private final StepUps stepUps;
    private final Revocation revocation;
    private final Audit audit;
    private final Clock clock;

    EndSession(Kept kept, Logins logins, Revocation revocation, Audit audit) {
        this.vault = kept.vault();
        this.held = kept.held();
        this.stepUps = kept.stepUps();
        this.logins = logins;
        this.revocation = revocation;
        this.audit = audit;
        this.clock = kept.clock();
    }

    Operations.LogoutStatus end(UpstreamConfig upstream, Slot slot) {
        var open = logins.openFor(slot);
        if (open != null) {
            vault.takeLogin(open);
        }
        stepUps.forget(slot);
        int dropped = 0;
        int revoked = 0;
        for (var stored : vault.credentials(slot.account(), slot.upstreamUrl())) {
            var credential = stored.value();
            held.drop(slot, credential.key());
            vault.removeCredential(credential.key());
            dropped++;
            var isRevoked = revoke(upstream, credential);
            revoked += isRevoked ? 1 : 0;
            audit.add(
                    new Audit.Line(
                            clock.instant(),
                            Slot.agentOf(slot.account()),
                            upstream.name(),
                            "logout",
                            isRevoked ? "revoked" : "dropped",
                            HeldCredential.usedOf(credential),
                            0));
        }
        LOG.atInfo()
                .addKeyValue("upstream", upstream.name())
                .addKeyValue("dropped", dropped)
                .addKeyValue("revoked", revoked)
                .log("logged out");
        return new Operations.LogoutStatus(dropped, revoked);
    }

    /** The refresh token first: revoking it ends the whole family at most servers. */
    private boolean revoke(UpstreamConfig upstream, Credential credential) {
        var location = credential.revocationEndpoint();
        if (location == null) {
            return false;
        }
        var refresh = credential.refreshToken();
        var ended =
                refresh == null
                        || revocation.revoke(
                                upstream,
                                new Revoked(
                                        location, credential.client(), refresh, "refresh_token"));
        var access =
                revocation.revoke(
                        upstream,
                        new Revoked(
                                location,
                                credential.client(),
                                credential.accessToken(),
                                "access_token"));
        return ended && access;
    }
}
