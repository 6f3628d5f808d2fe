package dev.sidekey.grant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.grant.TokenSources.Got;
import dev.sidekey.grant.TokenSources.Sourced;
import dev.sidekey.oauth.HttpReply;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.OAuthHttp.Answered;
import dev.sidekey.oauth.OAuthHttp.Unanswered;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a metadata service for the platform's token (Google's, Azure's, GitHub Actions'). Its URL is
 * the operator's own, so that its host may be what no stranger's URL may name. Blocks.
 */
public final class MetadataService {
    private static final List<String> MEMBERS =
            List.of("value", "access_token", "id_token", "token");

    private final OAuthHttp http;
    private final EndpointRules rules;

    /** Makes it. */
    public MetadataService(OAuthHttp http, EndpointRules rules) {
        this.http = http;
        this.rules = rules;
    }

    Sourced ask(String key, URI url, TokenSourceConfig source) {
        var headers = new LinkedHashMap<>(source.headers());
        var bearer = source.bearer();
        if (bearer != null) {
            headers.put("Authorization", "Bearer " + bearer.reveal());
        }
        headers.putIfAbsent("Accept", "*/*");
        return switch (http.get(rules.ofOperators(url), url, headers)) {
            case Answered(HttpReply reply) when reply.isSuccess() -> token(key, url, source, reply);
            case Answered(HttpReply reply) ->
                    unusable(key, url, "answers with HTTP " + reply.status());
            case Unanswered(var failure) -> unusable(key, url, "gave none: " + failure.message());
        };
    }

    private static Sourced token(String key, URI url, TokenSourceConfig source, HttpReply reply) {
        var document = reply.json();
        var text = document == null ? reply.body().reveal() : member(document, source.member());
        var token = text == null ? null : TokenSources.token(text);
        return token == null
                ? unusable(key, url, "answers without a token in a member that is known")
                : new Got(token);
    }

    private static @Nullable String member(JsonNode document, @Nullable String named) {
        for (var name : named == null ? MEMBERS : List.of(named)) {
            var text = document.path(name).textValue();
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    private static Sourced unusable(String key, URI url, String problem) {
        return TokenSources.unusable(
                key,
                url.getHost() + " " + problem,
                "Ask it by hand from where Sidekey runs; set member, headers or bearer as it wants.");
    }
}
