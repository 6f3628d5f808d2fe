package dev.sidekey.grant;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.OAuthHttp.Answered;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.util.LinkedHashMap;

/** Token revocation (RFC 7009). Blocks; virtual threads only. */
public final class Revocation {
    private final OAuthHttp http;
    private final EndpointRules rules;
    private final ClientProof proof;

    /**
     * Makes it.
     *
     * @param http sends
     * @param rules say where to
     * @param proof shows who asks
     */
    public Revocation(OAuthHttp http, EndpointRules rules, ClientProof proof) {
        this.http = http;
        this.rules = rules;
        this.proof = proof;
    }

    /**
     * What to revoke.
     *
     * @param location revocation_endpoint
     * @param client as which client
     * @param token what
     * @param hint token_type_hint
     */
    public record Revoked(URI location, ClientIdentity client, Secret token, String hint) {}

    /** Revokes one token. False when the server did not confirm it. */
    public boolean revoke(UpstreamConfig upstream, Revoked revoked) {
        var headers = new LinkedHashMap<String, String>();
        var form = new LinkedHashMap<String, String>();
        form.put("token", revoked.token().reveal());
        form.put("token_type_hint", revoked.hint());
        var owner = ClientProof.Owner.of(upstream);
        var shown = proof.show(owner, revoked.client(), revoked.location(), headers, form);
        if (!(shown instanceof ClientProof.Shown(var tls))) {
            return false;
        }
        var outcome =
                http.postForm(rules.of(upstream.url()), revoked.location(), headers, form, tls);
        return outcome instanceof Answered answered && answered.reply().isSuccess();
    }
}
