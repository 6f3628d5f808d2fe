package dev.sidekey.oauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes proofs of one key for one server (RFC 9449 §4.2; M12). Each is for one request, so that a
 * retry, a replay and a redirect get another. Safe on every thread and never blocks: event loops
 * call it.
 */
public final class DpopProofs {
    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final DpopKey key;
    private final DpopNonces.Nonce nonce;
    private final InstantSource clock;

    /** The claim that ties a proof to a token, written once; empty where none is shown. */
    private final String ath;

    private DpopProofs(DpopKey key, String ath, DpopNonces.Nonce nonce, InstantSource clock) {
        this.key = key;
        this.ath = ath;
        this.nonce = nonce;
        this.clock = clock;
    }

    /** Proofs for an authorization server. */
    public static DpopProofs forTokens(DpopKey key, DpopNonces.Nonce nonce, InstantSource clock) {
        return new DpopProofs(key, "", nonce, clock);
    }

    /** Proofs for a resource server, each tied to the token beside it by {@code ath}. */
    public static DpopProofs forResource(
            DpopKey key, Secret accessToken, DpopNonces.Nonce nonce, InstantSource clock) {
        var ath = ",\"ath\":\"" + hash(accessToken) + "\"";
        return new DpopProofs(key, ath, nonce, clock);
    }

    private static String hash(Secret token) {
        try {
            var bytes = token.reveal().getBytes(StandardCharsets.US_ASCII);
            return BASE64.encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /**
     * A proof for one request.
     *
     * @param url the server's own URL; query and fragment are left out
     */
    public String proof(String method, String url) {
        var claims = new StringBuilder(256);
        claims.append("{\"jti\":\"").append(id());
        quoted(claims.append("\",\"htm\":"), method, method.length());
        quoted(claims.append(",\"htu\":"), url, endOfPath(url));
        claims.append(",\"iat\":").append(clock.millis() / 1000).append(ath);
        var known = nonce.value();
        if (known != null) {
            quoted(claims.append(",\"nonce\":"), known, known.length());
        }
        var payload = claims.append('}').toString().getBytes(StandardCharsets.UTF_8);
        var signed = key.header() + "." + BASE64.encodeToString(payload);
        var signature = key.sign(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64.encodeToString(signature);
    }

    /**
     * Notes the {@code DPoP-Nonce} of an answer, whatever its status.
     *
     * @param brought null when there was none
     * @return whether it is another than before, so that a request refused for its nonce is worth
     *     sending again
     */
    public boolean learn(@Nullable String brought) {
        return nonce.learn(brought);
    }

    private static String id() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return Objects.requireNonNull(BASE64.encodeToString(bytes));
    }

    private static int endOfPath(String url) {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c == '?' || c == '#') {
                return i;
            }
        }
        return url.length();
    }

    /** The beginning of a text as a JSON string. */
    private static void quoted(StringBuilder json, String text, int end) {
        json.append('"');
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                json.append("\\u00")
                        .append(c < 16 ? "0" : "1")
                        .append(Character.forDigit(c & 15, 16));
                continue;
            }
            if (c == '"' || c == '\\') {
                json.append('\\');
            }
            json.append(c);
        }
        json.append('"');
    }
}
