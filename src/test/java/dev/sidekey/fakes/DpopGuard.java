package dev.sidekey.fakes;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import dev.sidekey.fakes.FakeHttp.Asked;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A server's half of RFC 9449, strict: every claim is checked and no proof is taken twice. */
public final class DpopGuard {
    /** What a request without the right nonce is told; nothing else was wrong with it. */
    public static final String USE_NONCE = "use_dpop_nonce";

    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final List<String> problems = new CopyOnWriteArrayList<>();

    /** The nonce that proofs must hold; null for none. */
    public volatile @Nullable String nonce;

    /** All that was wrong so far, but for nonces. */
    public List<String> problems() {
        return problems;
    }

    /** The thumbprint of the key that signed a request's proof; null when there is none. */
    public static @Nullable String thumbprint(Asked asked) {
        try {
            var proof = asked.header("dpop");
            return proof.isEmpty()
                    ? null
                    : keyOf(JWSObject.parse(proof)).computeThumbprint().toString();
        } catch (Exception e) {
            return null;
        }
    }

    private static ECKey keyOf(JWSObject proof) throws ParseException {
        return proof.getHeader().getJWK().toECKey();
    }

    /** The claims of a request's proof. */
    public static Map<String, Object> claims(Asked asked) {
        try {
            return JWSObject.parse(asked.header("dpop")).getPayload().toJSONObject();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Judges the proof of a request.
     *
     * @param url the server's own, without query
     * @param token the access token shown; null at a token endpoint
     * @param thumbprint of the key that must have signed; null for any
     * @return null when all is well, {@link #USE_NONCE}, or another error
     */
    public @Nullable String judge(
            Asked asked, String url, @Nullable String token, @Nullable String thumbprint) {
        var problem = problem(asked, url, token, thumbprint);
        if (problem != null) {
            problems.add(problem);
            return "invalid_dpop_proof";
        }
        var wanted = nonce;
        return wanted == null || wanted.equals(claims(asked).get("nonce")) ? null : USE_NONCE;
    }

    private @Nullable String problem(
            Asked asked, String url, @Nullable String token, @Nullable String thumbprint) {
        try {
            var count =
                    asked.headers().entrySet().stream()
                            .filter(entry -> entry.getKey().equalsIgnoreCase("dpop"))
                            .mapToInt(entry -> entry.getValue().size())
                            .sum();
            if (count != 1) {
                return "there are %d proofs".formatted(count);
            }
            var proof = JWSObject.parse(asked.header("dpop"));
            var key = keyOf(proof);
            if (!"dpop+jwt".equals(String.valueOf(proof.getHeader().getType()))
                    || key.isPrivate()
                    || !proof.verify(new ECDSAVerifier(key))) {
                return "the header or the signature is wrong";
            }
            if (thumbprint != null && !thumbprint.equals(key.computeThumbprint().toString())) {
                return "another key signed";
            }
            return wrongClaim(proof.getPayload().toJSONObject(), asked.method(), url, token);
        } catch (Exception e) {
            return e.toString();
        }
    }

    private @Nullable String wrongClaim(
            Map<String, Object> claims, String method, String url, @Nullable String token)
            throws Exception {
        if (!method.equals(claims.get("htm")) || !url.equals(claims.get("htu"))) {
            return "it is for %s %s, not %s %s"
                    .formatted(claims.get("htm"), claims.get("htu"), method, url);
        }
        var age = System.currentTimeMillis() / 1000 - ((Number) claims.get("iat")).longValue();
        if (age < -5 || age > 60) {
            return "it is " + age + " seconds old";
        }
        if (token == null ? claims.containsKey("ath") : !hash(token).equals(claims.get("ath"))) {
            return "ath is wrong";
        }
        return ids.add(String.valueOf(claims.get("jti"))) ? null : "it was shown before";
    }

    private static String hash(String token) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        var bytes = digest.digest(token.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
