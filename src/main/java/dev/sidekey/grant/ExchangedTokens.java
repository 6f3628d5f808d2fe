package dev.sidekey.grant;

import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.InputProblem;
import dev.sidekey.oauth.Scopes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every token exchange sends (RFC 8693 §2.1): whose token, and who acts for them. Read anew
 * for each request, as tokens are rotated.
 */
final class ExchangedTokens {
    static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String SUBJECT = "subject-token";
    private static final String ACTOR = "actor-token";

    private ExchangedTokens() {}

    /** What came of reading them. */
    sealed interface Read {}

    /** The parameters of the exchange; hold secrets. */
    record Form(Map<String, String> parameters) implements Read {
        @Override
        public String toString() {
            return "Form" + parameters.keySet();
        }
    }

    /** One of them cannot be used. */
    record Unusable(InputProblem problem) implements Read {}

    /**
     * Reads them.
     *
     * @param fallback type of a subject token of which nothing was said
     */
    static Read read(Means means, UpstreamConfig upstream, Scopes scopes, String fallback) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", GRANT_TYPE);
        if (!scopes.isEmpty()) {
            form.put("scope", scopes.toString());
        }
        var inputs = upstream.inputs();
        var signedOn = inputs.subjectToken().isGiven() ? null : means.idToken();
        if (signedOn != null) {
            form.put("subject_token", signedOn.reveal());
            form.put("subject_token_type", TokenType.uri("id_token", fallback));
        }
        var problem =
                signedOn == null
                        ? put(means, form, SUBJECT, inputs.subjectToken(), fallback)
                        : null;
        if (problem == null && inputs.actorToken().isGiven()) {
            problem = put(means, form, ACTOR, inputs.actorToken(), fallback);
        }
        return problem == null ? new Form(form) : new Unusable(problem);
    }

    private static @Nullable InputProblem put(
            Means means,
            Map<String, String> form,
            String key,
            TokenSourceConfig source,
            String fallback) {
        var type = TokenType.uri(source.type(), fallback);
        return switch (means.sources().typed(key, source, TokenType.isJwt(type))) {
            case TokenSources.Unusable unusable -> unusable.problem();
            case TokenSources.Got got -> {
                var name = key.replace('-', '_');
                form.put(name, got.token().reveal());
                form.put(name + "_type", type);
                yield null;
            }
        };
    }

    static void check(UpstreamConfig upstream, Complaints complaints) {
        var inputs = upstream.inputs();
        checkType(SUBJECT, inputs.subjectToken(), complaints);
        checkType(ACTOR, inputs.actorToken(), complaints);
    }

    private static void checkType(String key, TokenSourceConfig source, Complaints complaints) {
        var type = source.type();
        if (type != null && !TokenType.isKnown(type)) {
            complaints.add(
                    key + ".type",
                    type,
                    "is no token type",
                    "Write id_token, access_token, refresh_token, jwt, saml2 or a URN.");
        }
    }
}
