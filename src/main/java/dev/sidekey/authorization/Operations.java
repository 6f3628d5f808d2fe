package dev.sidekey.authorization;

import dev.sidekey.oauth.UserCode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What operators and browsers ask of the authorization room, through the admin listener. Every
 * method may block and is called on a virtual thread. Views hold no secret.
 */
public interface Operations {

    /** The agents that may use this Sidekey; {@code local} alone where they are not told apart. */
    List<String> agents();

    /** Whether the store can be read now. */
    boolean isStoreReachable();

    /**
     * Whether a call may be made without anybody's help: a credential is held that lives or renews
     * itself, or the upstream needs none.
     *
     * @param upstream its name
     * @param agent who calls, one of {@link #agents}
     */
    boolean isAuthenticated(String upstream, String agent);

    /**
     * All configured upstreams, and what is held for them, for each agent; and those that go by
     * their URL where something is held.
     */
    List<UpstreamStatus> upstreams();

    /**
     * Which rule of an upstream came from where. Reads the servers' documents; registers nothing
     * and asks nobody to log in.
     *
     * @param upstream its name or configured URL
     * @param agent for whom
     * @return null when there is no such upstream
     */
    @Nullable Explanation explain(String upstream, String agent);

    /** All logins that await a person, the oldest first. */
    List<LoginStatus> logins();

    /**
     * Begins a login for an upstream, or joins the one under way.
     *
     * @param upstream its name or configured URL
     * @param agent who will use the credential, one of {@link #agents}
     * @return once a link is there or the upstream is authorized; null when there is no such
     *     upstream
     */
    @Nullable Authorization login(String upstream, String agent);

    /**
     * Drops the credentials of an upstream and revokes them where the server offers that (RFC
     * 7009).
     *
     * @param upstream its name or configured URL
     * @param agent whose credentials, one of {@link #agents}
     * @return null when there is no such upstream
     */
    @Nullable LogoutStatus logout(String upstream, String agent);

    /**
     * Where the login of a link goes on.
     *
     * @param nonce the last segment of the link
     * @return the authorization request, or null when that login is over or never was
     */
    @Nullable LoginStart follow(String nonce);

    /**
     * Finishes a login with what the authorization server sent to the callback (K5 to K10).
     *
     * @param parameters the callback's query, decoded once; of a repeated name the first
     * @param boundNonce the nonce that the browser's cookie holds; null where none is asked for: on
     *     loopback, and when the operator pastes the redirected URL (X7)
     * @return what to show the person
     */
    LoginPage finish(Map<String, String> parameters, @Nullable String boundNonce);

    /**
     * What the operator sees of an upstream.
     *
     * @param name configured name
     * @param url configured URL
     * @param agent who uses what is held
     * @param state authorized, login_required, anonymous or failed
     * @param credential what is held; null when nothing is
     * @param problem the last reason why no credential could be had; null when there was none
     */
    record UpstreamStatus(
            String name,
            URI url,
            String agent,
            String state,
            @Nullable CredentialStatus credential,
            @Nullable String problem) {}

    /**
     * What the operator sees of a credential; scope sets as on the wire.
     *
     * @param issuer who gave it
     * @param resource what it is for
     * @param clientId as which client
     * @param challenged scopes that the upstream named
     * @param requested scopes that were asked for
     * @param registered scopes that the client is registered for
     * @param granted scopes that were given
     * @param expiresAt ISO 8601; null when unknown
     * @param refreshable whether it renews itself
     */
    record CredentialStatus(
            String issuer,
            String resource,
            String clientId,
            String challenged,
            String requested,
            String registered,
            String granted,
            @Nullable String expiresAt,
            boolean refreshable) {}

    /**
     * A login that awaits a person.
     *
     * @param upstream configured name
     * @param agent who will use the credential
     * @param url the link, which a plain HTTP client can follow to the end
     * @param issuer who will ask for the login (X12)
     * @param resource what it is for (X12)
     * @param scopes what is asked for, as on the wire (X12)
     * @param expiresAt ISO 8601
     * @param userCode what the person types there (RFC 8628); null mostly
     */
    record LoginStatus(
            String upstream,
            String agent,
            URI url,
            String issuer,
            String resource,
            String scopes,
            String expiresAt,
            @Nullable UserCode userCode) {}

    /**
     * One rule.
     *
     * @param rule a setting's key, or what was found
     * @param value what holds
     * @param source file and line, flag, variable, {@code profile NAME}, {@code wire} or {@code
     *     default}
     */
    record Rule(String rule, String value, String source) {}

    /**
     * Which rule came from where.
     *
     * @param upstream configured name
     * @param url configured URL
     * @param profiles names of the profiles that were applied, the first one first
     * @param rules settings first, then what the wire said
     * @param advice what the operator has to do there
     * @param problem why the servers' documents could not be read to the end; null when they were
     */
    record Explanation(
            String upstream,
            URI url,
            List<String> profiles,
            List<Rule> rules,
            List<String> advice,
            @Nullable String problem) {}

    /**
     * What a logout did.
     *
     * @param dropped how many credentials
     * @param revoked how many of them the authorization server was told of
     */
    record LogoutStatus(int dropped, int revoked) {}

    /**
     * The beginning of a login.
     *
     * @param authorizationUrl where the browser goes
     * @param status what the person is told first, where there is a page for it
     */
    record LoginStart(URI authorizationUrl, LoginStatus status) {}

    /**
     * The end of a login, as the person sees it.
     *
     * @param httpStatus of the page
     * @param title one line
     * @param text what happened and what to do; plain text, not yet escaped
     * @param redirect where the browser goes instead of seeing a page; null mostly
     */
    record LoginPage(int httpStatus, String title, String text, @Nullable URI redirect) {}
}
