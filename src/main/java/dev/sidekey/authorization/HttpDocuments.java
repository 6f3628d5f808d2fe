package dev.sidekey.authorization;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.HttpReply;
import dev.sidekey.oauth.OAuthFailure;
import dev.sidekey.oauth.OAuthHttp;
import java.net.URI;
import java.util.Map;

/** Reads metadata documents over HTTP. */
final class HttpDocuments implements Documents {
    private final OAuthHttp http;
    private final EndpointRules rules;

    HttpDocuments(OAuthHttp http, EndpointRules rules) {
        this.http = http;
        this.rules = rules;
    }

    @Override
    public Reading get(UpstreamConfig upstream, URI location, Map<String, String> headers) {
        return switch (http.get(rules.of(upstream.url()), location, headers)) {
            case OAuthHttp.Unanswered unanswered -> new Broken(unanswered.failure());
            case OAuthHttp.Answered answered -> read(answered.reply());
        };
    }

    private static Reading read(HttpReply reply) {
        var json = reply.isSuccess() ? reply.json() : null;
        if (json != null) {
            return new Found(json);
        }
        if (reply.status() >= 500 || reply.status() == 429) {
            return new Broken(
                    new OAuthFailure(
                            OAuthFailure.Kind.HTTP_STATUS,
                            reply.location() + " answered HTTP " + reply.status(),
                            true,
                            null));
        }
        return new Absent();
    }
}
