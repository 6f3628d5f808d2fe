package dev.sidekey.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What token endpoints answer (E5, E6, E9, E12, S8; RFC 6749 section 5). */
class TokenReplyTest {

    private static TokenReply read(int status, String type, String body) {
        return TokenReply.read(
                new HttpReply(
                        URI.create("https://as.example/token"),
                        status,
                        Map.of("content-type", List.of(type)),
                        Secret.of(body)));
    }

    private static TokenReply json(String body) {
        return read(200, "application/json", body.replace('\'', '"'));
    }

    @Test
    void aWholeAnswerIsReadWhole() {
        var reply =
                json(
                        "{'access_token':'t','token_type':'bearer','expires_in':60,"
                                + "'refresh_token':'r','scope':'a b','id_token':'i'}");
        assertThat(reply)
                .isEqualTo(
                        new TokenReply.Issued(
                                Secret.of("t"),
                                "bearer",
                                Duration.ofSeconds(60),
                                Secret.of("r"),
                                Scopes.parse("a b"),
                                Secret.of("i"),
                                null));
    }

    @Test
    void nullAndEmptyMembersAreAbsent() {
        var reply =
                json(
                        "{'access_token':'t','token_type':null,'expires_in':null,"
                                + "'refresh_token':'','scope':null}");
        assertThat(reply)
                .isEqualTo(
                        new TokenReply.Issued(
                                Secret.of("t"), "Bearer", null, null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({"60,60", "'\"60\"',60", "60.9,60", "0,", "-5,", "'\"soon\"',", "1e99,3162240000"})
    void aLifetimeMayBeANumberAStringOrNonsense(String written, Long seconds) {
        var issued = (TokenReply.Issued) json("{'access_token':'t','expires_in':" + written + "}");
        assertThat(issued.expiresIn())
                .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }

    /** One that split the request's head would be the authorization server's way into it (T10). */
    @ParameterizedTest
    @ValueSource(strings = {"a\\r\\nX-Evil: 1", "a\\nb", "a\\u0000b", "t\\u00f6ken", "a\\u007f"})
    void aTokenThatNoHeaderCanCarryIsNoToken(String token) {
        assertThat(json("{'access_token':'" + token + "'}")).isInstanceOf(TokenReply.Failed.class);
    }

    @Test
    void aFormIsReadLikeJson() {
        var reply = read(200, "application/x-www-form-urlencoded", "access_token=t&scope=a%2Cb");
        assertThat(((TokenReply.Issued) reply).scope()).isEqualTo(Scopes.of("a", "b"));
    }

    @Test
    void anErrorWithStatus200IsAnError() {
        assertThat(json("{'error':'bad_verification_code'}"))
                .isInstanceOf(TokenReply.Rejected.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400, '{\"error\":\"invalid_grant\"}', Rejected",
        "401, '{\"error\":\"invalid_client\"}', Rejected",
        "503, '{\"error\":\"temporarily_unavailable\"}', Failed",
        "429, '{\"error\":\"slow\"}', Failed",
        "400, '<html>', Failed",
        "502, '', Failed",
        "200, '<html>login</html>', Failed",
        "200, '{}', Failed",
    })
    void onlyTheServersOwnWordEndsACredential(int status, String body, String kind) {
        assertThat(read(status, "text/html", body).getClass().getSimpleName()).isEqualTo(kind);
    }
}
