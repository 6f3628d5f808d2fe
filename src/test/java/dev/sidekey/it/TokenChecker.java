package dev.sidekey.it;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks a token as a resource server must: signature, issuer, audience, expiry without leeway. */
final class TokenChecker {
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    TokenChecker(String issuer, String audience) throws Exception {
        this(issuer, issuer, audience);
    }

    /**
     * @param keysOf the issuer under the name by which its keys can be fetched
     */
    TokenChecker(String issuer, String keysOf, String audience) throws Exception {
        var keys =
                JWKSourceBuilder.create(
                                URI.create(keysOf + "/protocol/openid-connect/certs").toURL())
                        .build();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys));
        var exact = new JWTClaimsSet.Builder().issuer(issuer).build();
        var verifier =
                new DefaultJWTClaimsVerifier<SecurityContext>(audience, exact, Set.of("exp"));
        verifier.setMaxClockSkew(0);
        processor.setJWTClaimsSetVerifier(verifier);
    }

    /** The token's scopes; null when it is not to be believed. */
    @Nullable Scopes scopesOf(String token) {
        try {
            return Scopes.parse(processor.process(token, null).getStringClaim("scope"));
        } catch (Exception e) {
            return null;
        }
    }
}
