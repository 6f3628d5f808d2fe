package dev.sidekey.grant;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.config.UpstreamConfig.Dpop;
import dev.sidekey.oauth.DpopNonces;
import dev.sidekey.oauth.DpopProofs;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.OAuthHttp.Answered;
import dev.sidekey.oauth.OAuthHttp.Unanswered;
import dev.sidekey.oauth.TokenReply;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks token endpoints: what every grant's request has in common. Blocks; virtual threads only. */
public final class TokenEndpoint {
    private final OAuthHttp http;
    private final EndpointRules rules;
    private final ClientProof proof;
    private final DpopNonces nonces = new DpopNonces();

    /**
     * Makes it.
     *
     * @param http sends
     * @param rules say where to
     * @param proof shows who asks
     */
    public TokenEndpoint(OAuthHttp http, EndpointRules rules, ClientProof proof) {
        this.http = http;
        this.rules = rules;
        this.proof = proof;
    }

    /** Sends a grant's own parameters with those that all share. */
    TokenReply request(UpstreamConfig upstream, TokenRequest request, Map<String, String> grant) {
        return request(ClientProof.Owner.of(upstream), request, grant);
    }

    /** The same as another client of the upstream's, such as the identity provider's. */
    TokenReply request(ClientProof.Owner owner, TokenRequest request, Map<String, String> grant) {
        var key = request.dpopKey();
        if (key == null) {
            return judged(owner.upstream(), false, send(owner, request, grant, null).reply);
        }
        var endpoint = request.endpoint();
        // proofs, like assertions, are judged by the server's clock
        var proofs =
                DpopProofs.forTokens(key, nonces.at(endpoint), () -> http.clocks().now(endpoint));
        var sent = send(owner, request, grant, proofs);
        if (proofs.learn(sent.nonce) && asksForNonce(sent.reply)) {
            sent = send(owner, request, grant, proofs);
            proofs.learn(sent.nonce);
        }
        return judged(owner.upstream(), true, sent.reply);
    }

    /** What came back. */
    private record Sent(TokenReply reply, @Nullable String nonce) {}

    /** Everything is written anew each time: a proof and an assertion are good for one request. */
    private Sent send(
            ClientProof.Owner owner,
            TokenRequest request,
            Map<String, String> grant,
            @Nullable DpopProofs proofs) {
        var headers = new LinkedHashMap<String, String>();
        var form = new LinkedHashMap<>(grant);
        var resource = request.resource();
        if (resource != null) {
            form.put("resource", resource);
        }
        request.parameters().forEach(form::putIfAbsent);
        var endpoint = request.endpoint();
        var shown = proof.show(owner, request.client(), endpoint, headers, form);
        if (proofs != null) {
            headers.put("DPoP", proofs.proof("POST", endpoint.toString()));
        }
        var rule = rules.of(owner.upstream().url());
        return switch (shown) {
            case ClientProof.Unshown unshown ->
                    new Sent(new TokenReply.Unasked(unshown.problem()), null);
            case ClientProof.Shown(var tls) ->
                    read(owner, http.postForm(rule, endpoint, headers, form, tls));
        };
    }

    private static Sent read(ClientProof.Owner owner, OAuthHttp.Outcome outcome) {
        return switch (outcome) {
            case Answered(var reply) ->
                    new Sent(
                            TokenReply.read(reply, owner.upstream().tokenMember()),
                            reply.header("dpop-nonce"));
            case Unanswered(var failure) -> new Sent(new TokenReply.Failed(failure), null);
        };
    }

    /** Nothing but the nonce was missing (RFC 9449 §8): the code is still good. */
    private static boolean asksForNonce(TokenReply reply) {
        return reply instanceof TokenReply.Rejected rejected
                && rejected.error().error().equals("use_dpop_nonce");
    }

    /** A token of another kind than was asked for is not used (RFC 9449 §5). */
    private static TokenReply judged(UpstreamConfig upstream, boolean proven, TokenReply reply) {
        if (!(reply instanceof TokenReply.Issued issued)) {
            return reply;
        }
        if (issued.isBound() && !proven) {
            return unexpected("a token bound to a key that it was not shown; set dpop: require");
        }
        return !issued.isBound() && upstream.dpop() == Dpop.REQUIRE
                ? unexpected("a plain bearer token, but dpop is require")
                : reply;
    }

    private static TokenReply unexpected(String what) {
        return new TokenReply.Rejected(200, new OAuthError("unexpected_token_type", what));
    }
}
