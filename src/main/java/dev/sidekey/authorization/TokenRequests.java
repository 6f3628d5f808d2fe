package dev.sidekey.authorization;

import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.grant.ClientProof;
import dev.sidekey.grant.CommandSource;
import dev.sidekey.grant.IdentityProviders;
import dev.sidekey.grant.Means;
import dev.sidekey.grant.MetadataService;
import dev.sidekey.grant.RefreshToken;
import dev.sidekey.grant.TokenEndpoint;
import dev.sidekey.grant.TokenSources;
import java.time.Duration;

/**
 * Everything that asks token endpoints, put together.
 *
 * @param proof shows clients
 * @param endpoint asks
 * @param signOn knows who has signed on at identity providers
 * @param refreshes renew what is held
 */
record TokenRequests(
        ClientProof proof, TokenEndpoint endpoint, SignOn signOn, Refreshes refreshes) {
    private static final Duration LEASE_PATIENCE = Duration.ofSeconds(40);

    static TokenRequests of(
            SidekeyConfig config, AuthorizationRoom.Ground ground, Kept kept, UnderWay underWay) {
        var http = ground.http();
        var rules = ground.rules();
        var commands = new CommandSource(config.limits().oauthTimeout());
        var services = new MetadataService(http, rules);
        var sources = new TokenSources(commands, services, ground.clock());
        var proof = new ClientProof(sources, http.clocks());
        var endpoint = new TokenEndpoint(http, rules, proof);
        var means = new Means(endpoint, sources, new IdentityProviders(http, rules), null);
        var signOn =
                new SignOn(
                        kept.held(), sessions(means, ground, kept, underWay), means, kept.clock());
        var refreshes = refreshes(new Renewal(signOn, refreshToken(means)), ground, kept, underWay);
        return new TokenRequests(proof, endpoint, signOn, refreshes);
    }

    /** Sessions are renewed by their refresh tokens alone: nobody signs on for them. */
    private static Refreshes sessions(
            Means means, AuthorizationRoom.Ground ground, Kept kept, UnderWay underWay) {
        return refreshes(new Renewal(null, refreshToken(means)), ground, kept, underWay);
    }

    private static RefreshToken refreshToken(Means means) {
        return new RefreshToken(means.endpoint());
    }

    private static Refreshes refreshes(
            Renewal renewal, AuthorizationRoom.Ground ground, Kept kept, UnderWay underWay) {
        var leases = new Leases(kept, LEASE_PATIENCE);
        var announcements = new Announcements(kept);
        var lateWrites = new LateWrites(kept, announcements, ground.virtualThreads());
        return new Refreshes(
                new RefreshCredential(kept, renewal, leases, announcements, lateWrites),
                ground.virtualThreads(),
                underWay,
                new RefreshRecord(ground));
    }
}
