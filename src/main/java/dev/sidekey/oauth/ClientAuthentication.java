package dev.sidekey.oauth;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a client authenticates at the token endpoint: one method a request, never two (E1). */
public final class ClientAuthentication {
    /** A public client: {@code client_id} in the body. */
    public static final String NONE = "none";

    /** HTTP Basic. */
    public static final String BASIC = "client_secret_basic";

    /** Id and secret in the body. */
    public static final String POST = "client_secret_post";

    /** A signed assertion (RFC 7523 §2.2). */
    public static final String PRIVATE_KEY_JWT = "private_key_jwt";

    /** A client certificate of an authority that the server trusts (RFC 8705 §2.1). */
    public static final String TLS = "tls_client_auth";

    /** A client certificate that the server knows itself (RFC 8705 §2.2). */
    public static final String SELF_SIGNED_TLS = "self_signed_tls_client_auth";

    private static final String ASSERTION_TYPE =
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private ClientAuthentication() {}

    /** All methods that can be configured. */
    public static List<String> methods() {
        return List.of(NONE, BASIC, POST, PRIVATE_KEY_JWT, TLS, SELF_SIGNED_TLS);
    }

    /** Whether a method shows a client certificate. */
    public static boolean isTls(String method) {
        return method.equals(TLS) || method.equals(SELF_SIGNED_TLS);
    }

    /** Adds a client assertion, and the client's id where there is one (RFC 7521 §4.2). */
    public static void assertion(
            ClientIdentity client, Secret assertion, Map<String, String> form) {
        if (!client.clientId().isEmpty()) {
            form.put("client_id", client.clientId());
        }
        form.put("client_assertion_type", ASSERTION_TYPE);
        form.put("client_assertion", assertion.reveal());
    }

    /**
     * The method of a client whose registration did not fix one (E3).
     *
     * @param configured the operator's choice; null for none
     * @param supported what the server lists; null when it lists nothing
     * @param hasSecret whether there is one to show
     */
    public static String choose(
            @Nullable String configured, @Nullable List<String> supported, boolean hasSecret) {
        if (configured != null) {
            return configured;
        }
        if (!hasSecret) {
            return NONE;
        }
        if (supported == null || supported.contains(BASIC)) {
            return BASIC;
        }
        return supported.contains(POST) ? POST : BASIC;
    }

    /**
     * The method to register with (C14): none where the server lists it or lists nothing, else the
     * first of basic and post that it lists.
     */
    public static String toRegister(@Nullable List<String> supported) {
        if (supported == null || supported.isEmpty() || supported.contains(NONE)) {
            return NONE;
        }
        for (var method : supported) {
            if (method.equals(BASIC) || method.equals(POST)) {
                return method;
            }
        }
        return NONE;
    }

    /**
     * The method of a registration's response (C10, E3, E4).
     *
     * @param answered what the response named; null when it named none
     * @param asked what the request named
     * @param supported what the server lists; null when it lists nothing
     * @param hasSecret whether the response brought a secret
     */
    public static String ofRegistration(
            @Nullable String answered,
            String asked,
            @Nullable List<String> supported,
            boolean hasSecret) {
        if (!hasSecret) {
            return NONE;
        }
        if (answered == null) {
            return asked.equals(NONE) ? choose(null, supported, true) : asked;
        }
        // registered as none, a secret all the same: Figma wants it in the body, others want none
        var wantsNone = supported != null && supported.contains(NONE);
        return answered.equals(NONE) && !wantsNone ? POST : answered;
    }

    /** Adds what a client shows: to the headers or to the form. */
    public static void apply(
            ClientIdentity client, Map<String, String> headers, Map<String, String> form) {
        var secret = client.secret();
        if (client instanceof ClientIdentity.Anonymous) {
            return;
        }
        if (secret == null || client.authMethod().equals(NONE)) {
            form.put("client_id", client.clientId());
        } else if (client.authMethod().equals(POST)) {
            form.put("client_id", client.clientId());
            form.put("client_secret", secret.reveal());
        } else {
            headers.put("Authorization", basic(client.clientId(), secret));
        }
    }

    /** E2: both halves are form-url-encoded before base64 (RFC 6749 §2.3.1). */
    private static String basic(String id, Secret secret) {
        var pair = encode(id) + ":" + encode(secret.reveal());
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
