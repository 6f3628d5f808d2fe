package dev.sidekey.grant;

import dev.sidekey.address.EndpointRule;
import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.DeviceAuthorization;
import dev.sidekey.oauth.OAuthFailure;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.OAuthHttp.Answered;
import dev.sidekey.oauth.OAuthHttp.Unanswered;
import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Asks device authorization endpoints (RFC 8628 §3.1). Blocks; virtual threads only. */
public final class DeviceEndpoint {
    private final OAuthHttp http;
    private final EndpointRules rules;
    private final ClientProof proof;

    /**
     * Makes it.
     *
     * @param http sends
     * @param rules say where to
     * @param proof shows the client
     */
    public DeviceEndpoint(OAuthHttp http, EndpointRules rules, ClientProof proof) {
        this.http = http;
        this.rules = rules;
        this.proof = proof;
    }

    /**
     * What is asked for.
     *
     * @param location device_authorization_endpoint
     * @param client as which client
     * @param scopes for what; none leaves the parameter out
     * @param resource resource indicator; null leaves it out
     */
    public record Asked(
            URI location, ClientIdentity client, Scopes scopes, @Nullable String resource) {}

    /** Asks for a pair of codes. A page that no browser may be sent to is as good as none (X3). */
    public DeviceAuthorization ask(UpstreamConfig upstream, Asked asked) {
        var headers = new LinkedHashMap<String, String>();
        var form = new LinkedHashMap<String, String>();
        if (!asked.scopes().isEmpty()) {
            form.put("scope", asked.scopes().toString());
        }
        if (asked.resource() != null) {
            form.put("resource", asked.resource());
        }
        upstream.authorizeParams().forEach(form::putIfAbsent);
        var owner = ClientProof.Owner.of(upstream);
        var rule = rules.of(upstream.url());
        return switch (proof.show(owner, asked.client(), asked.location(), headers, form)) {
            case ClientProof.Unshown(var problem) -> new DeviceAuthorization.Unasked(problem);
            case ClientProof.Shown(var tls) ->
                    judged(rule, http.postForm(rule, asked.location(), headers, form, tls));
        };
    }

    private static DeviceAuthorization judged(EndpointRule rule, OAuthHttp.Outcome outcome) {
        return switch (outcome) {
            case Unanswered(var failure) -> new DeviceAuthorization.Failed(failure);
            case Answered(var reply) ->
                    switch (DeviceAuthorization.read(reply)) {
                        case DeviceAuthorization.Given given -> {
                            var refusal = rule.refusal(given.link());
                            yield refusal == null ? given : refused(given.link(), refusal);
                        }
                        case DeviceAuthorization other -> other;
                    };
        };
    }

    private static DeviceAuthorization refused(URI link, String refusal) {
        return new DeviceAuthorization.Failed(
                new OAuthFailure(
                        OAuthFailure.Kind.REFUSED_ADDRESS,
                        "the verification page " + link + " is not shown: " + refusal,
                        false,
                        null));
    }
}
