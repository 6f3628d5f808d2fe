package dev.sidekey.grant;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.ClientAuthentication;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.OAuthHttp.Answered;
import dev.sidekey.oauth.OAuthHttp.Unanswered;
import dev.sidekey.oauth.TokenReply;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks token endpoints: what every grant's request has in common. Blocks; virtual threads only. */
public final class TokenEndpoint {
    private final OAuthHttp http;
    private final EndpointRules rules;

    /**
     * Makes it.
     *
     * @param http sends
     * @param rules say where to
     */
    public TokenEndpoint(OAuthHttp http, EndpointRules rules) {
        this.http = http;
        this.rules = rules;
    }

    /** Sends a grant's own parameters with those that all share. */
    TokenReply request(UpstreamConfig upstream, TokenRequest request, Map<String, String> grant) {
        var headers = new LinkedHashMap<String, String>();
        var form = new LinkedHashMap<>(grant);
        var resource = request.resource();
        if (resource != null) {
            form.put("resource", resource);
        }
        request.parameters().forEach(form::putIfAbsent);
        ClientAuthentication.apply(request.client(), headers, form);
        var rule = rules.of(upstream.url());
        return switch (http.postForm(rule, request.endpoint(), headers, form)) {
            case Answered answered -> TokenReply.read(answered.reply());
            case Unanswered unanswered -> new TokenReply.Failed(unanswered.failure());
        };
    }
}
