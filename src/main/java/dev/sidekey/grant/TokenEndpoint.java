package dev.sidekey.grant;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.config.UpstreamConfig.Dpop;
import dev.sidekey.oauth.ClientAuthentication;
import dev.sidekey.oauth.DpopNonces;
import dev.sidekey.oauth.DpopProofs;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.OAuthHttp.Answered;
import dev.sidekey.oauth.OAuthHttp.Unanswered;
import dev.sidekey.oauth.TokenReply;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks token endpoints: what every grant's request has in common. Blocks; virtual threads only. */
public final class TokenEndpoint {
    private final OAuthHttp http;
    private final EndpointRules rules;
    private final DpopNonces nonces = new DpopNonces();
    private final InstantSource clock;

    /**
     * Makes it.
     *
     * @param http sends
     * @param rules say where to
     * @param clock for proofs
     */
    public TokenEndpoint(OAuthHttp http, EndpointRules rules, InstantSource clock) {
        this.http = http;
        this.rules = rules;
        this.clock = clock;
    }

    /** Sends a grant's own parameters with those that all share. */
    TokenReply request(UpstreamConfig upstream, TokenRequest request, Map<String, String> grant) {
        var key = request.dpopKey();
        if (key == null) {
            return judged(upstream, false, read(send(upstream, request, grant, null)));
        }
        var proofs = DpopProofs.forTokens(key, nonces.at(request.endpoint()), clock);
        var outcome = send(upstream, request, grant, proofs);
        if (learns(proofs, outcome) && asksForNonce(read(outcome))) {
            outcome = send(upstream, request, grant, proofs);
            learns(proofs, outcome);
        }
        return judged(upstream, true, read(outcome));
    }

    /** Everything is written anew each time: a proof and an assertion are good for one request. */
    private OAuthHttp.Outcome send(
            UpstreamConfig upstream,
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
        ClientAuthentication.apply(request.client(), headers, form);
        if (proofs != null) {
            headers.put("DPoP", proofs.proof("POST", request.endpoint().toString()));
        }
        return http.postForm(rules.of(upstream.url()), request.endpoint(), headers, form);
    }

    private static TokenReply read(OAuthHttp.Outcome outcome) {
        return switch (outcome) {
            case Answered answered -> TokenReply.read(answered.reply());
            case Unanswered unanswered -> new TokenReply.Failed(unanswered.failure());
        };
    }

    private static boolean learns(DpopProofs proofs, OAuthHttp.Outcome outcome) {
        return outcome instanceof Answered(var reply) && proofs.learn(reply.header("dpop-nonce"));
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
