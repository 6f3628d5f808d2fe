package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes, what stays behind, and what is refused at the door (section 2.2). */
final class TransparencyTest extends RoadTest {

    @Test
    void theAgentsOwnCredentialsStayBehindAndItsOtherHeadersPass() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var body = RunningSidekey.toolCall("echo");
            sidekey.post(
                            "/mcp",
                            body,
                            "Authorization",
                            "Bearer junk",
                            "Cookie",
                            "a=b",
                            "Mcp-Session-Id",
                            "s1",
                            "Mcp-Param-X",
                            "=?base64?eA==?=",
                            "Sidekey-Token",
                            "t")
                    .get();
            var seen = mcp.http().asked("/mcp").getLast();
            assertThat(seen.header("authorization")).startsWith("Bearer access-");
            assertThat(seen.header("cookie")).isEmpty();
            assertThat(seen.header("sidekey-token")).isEmpty();
            assertThat(seen.header("mcp-session-id")).isEqualTo("s1");
            assertThat(seen.header("mcp-param-x")).isEqualTo("=?base64?eA==?=");
            assertThat("http://" + seen.header("host") + "/mcp").isEqualTo(mcp.url());
            assertThat(seen.body()).isEqualTo(body);
        }
    }

    /** RFC 9110 §7.6.1: what Connection names ends here, and so do credentials in trailers. */
    @Test
    void headersThatConnectionNamesStayBehind() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var request =
                    List.of(
                            "POST /mcp HTTP/1.1",
                            "Host: HOST",
                            "Connection: close, X-Internal",
                            "X-Internal: secret",
                            "X-Other: passes",
                            "Proxy-Authorization: Basic eA==",
                            "TE: trailers",
                            "Content-Length: 2");
            raw(sidekey, String.join("\r\n", request) + "\r\n\r\n{}");
            var seen = mcp.http().asked("/mcp").getLast();
            assertThat(seen.header("x-internal")).isEmpty();
            assertThat(seen.header("proxy-authorization")).isEmpty();
            assertThat(seen.header("te")).isEmpty();
            assertThat(seen.header("x-other")).isEqualTo("passes");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/other",
                "/mcpx",
                "/",
                "/mcp/../other",
                "/mcp/%2e%2e/other",
                "/mcp//other",
                "/mcp/..%2fother"
            })
    void otherPathsOfTheHostNeverGetTheToken(String path) throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            raw(sidekey, "GET " + path + " HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n");
            assertThat(mcp.http().asked().getLast().header("authorization")).isEmpty();
        }
    }

    @Test
    void sidekeyPublishesNoMetadataOfItsOwn() throws Exception {
        try (var sidekey = start()) {
            var answer = sidekey.get(sidekey.url("/.well-known/oauth-protected-resource/mcp"));
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "127.0.0.1:1",
                "127.0.0.1:PORT.evil.example",
                "localhost.evil:PORT"
            })
    void aHostThatIsNotThisListenerIsRefused(String host) throws Exception {
        try (var sidekey = start()) {
            var port = sidekey.url("").substring(sidekey.url("").lastIndexOf(':') + 1);
            var answer =
                    raw(
                            sidekey,
                            "GET /mcp HTTP/1.1\r\nHost: "
                                    + host.replace("PORT", port)
                                    + "\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void aWebPageFromElsewhereIsRefused() throws Exception {
        try (var sidekey = start()) {
            var answer = sidekey.post("/mcp", "{}", "Origin", "https://evil.example").get();
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(mcp.http().asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST /mcp HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "GET /mcp HTTP/1.1\r\nHost: HOST\r\nX-A: b\r\n folded\r\n\r\n",
                "GET /mcp HTTP/1.1\r\nHost: HOST\r\nX-A : b\r\n\r\n",
                "GET /mcp HTTP/1.1\r\nHost: HOST\r\nX-A: b\u0001c\r\n\r\n",
                "GET /mcp HTTP/1.1\nHost: HOST\n\n",
                "GET /mcp HTTP/1.1\r\n\r\n",
                "GET /mcp HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
                "GET /mcp HTTP/1.1\r\nHost: HOST\r\nConnection: content-length\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET http://user@h/ HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n"
            })
    void whatTwoServersCouldReadInTwoWaysIsRefusedAndTheConnectionClosed(String request)
            throws Exception {
        try (var sidekey = start()) {
            var answer = raw(sidekey, request);
            assertThat(answer).matches("(?s)HTTP/1\\.1 (400|501) .*");
            assertThat(mcp.http().asked()).isEmpty();
        }
    }

    @Test
    void absoluteFormReachesTheConfiguredUpstreamWithAToken() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var body = RunningSidekey.toolCall("echo");
            var answer =
                    raw(
                            sidekey,
                            "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(mcp.url(), body.length(), body));
            assertThat(answer).startsWith("HTTP/1.1 200").contains("echo");
        }
    }

    @Test
    void absoluteFormToOtherPathsKeepsTheAgentsOwnAuthorization() throws Exception {
        try (var sidekey = start()) {
            var answer =
                    raw(
                            sidekey,
                            "GET %s/api HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eA==\r\nConnection: close\r\n\r\n"
                                    .formatted(mcp.http().url()));
            assertThat(answer).contains("open: Basic eA==");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest", "http://2852039166/",
                        "http://0251.0376.0251.0376/",
                "http://[::ffff:169.254.169.254]/", "http://[fe80::1]/", "http://ADMIN/healthz"
            })
    void hostsThatNobodyShouldReachThroughAProxyAreRefused(String url) throws Exception {
        try (var sidekey = start()) {
            var target = url.replace("http://ADMIN", sidekey.adminUrl(""));
            var answer =
                    raw(
                            sidekey,
                            "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            // some spellings are no host names at all, and refused as such
            assertThat(answer).matches("(?s)HTTP/1\\.1 40[03] .*");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTurn() throws Exception {
        try (var sidekey = start()) {
            var one = "GET /a HTTP/1.1\r\nHost: HOST\r\n\r\n";
            var last = "GET /b HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n";
            var answer = raw(sidekey, one + one + last);
            assertThat(answer.split("HTTP/1.1 200", -1)).hasSize(4);
        }
    }

    @Test
    void aChunkedBodyIsReplayedAsItWas() throws Exception {
        try (var sidekey = start()) {
            var body = RunningSidekey.toolCall("echo");
            var request =
                    "POST /mcp HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(body.length())
                            + "\r\n"
                            + body
                            + "\r\n0\r\nAuthorization: Bearer trailer\r\n\r\n";
            var answer = sidekey.later(() -> raw(sidekey, request));
            sidekey.logIn();
            assertThat(answer.get()).startsWith("HTTP/1.1 200");
            assertThat(mcp.http().asked("/mcp").getLast().body()).isEqualTo(body);
        }
    }

    @Test
    void aBodyTooLongToKeepIsAnsweredAndTheNextCallFindsTheCredential() throws Exception {
        var config = config();
        config.replayBody = 1024;
        try (var sidekey = start(config)) {
            var large =
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"x\":\""
                            + "y".repeat(100_000)
                            + "\"}}";
            var answer = sidekey.post("/mcp", large).get();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("body_not_replayable");
            sidekey.logIn();
            RunningSidekey.await(() -> count("/token") == 1, "the code is redeemed");
            assertThat(sidekey.post("/mcp", large).get().statusCode()).isEqualTo(200);
        }
    }

    /** Sends bytes as they are and reads to the end of the connection. */
    private static String raw(RunningSidekey sidekey, String request) throws Exception {
        var authority = sidekey.url("").substring("http://".length());
        var colon = authority.lastIndexOf(':');
        try (var socket =
                new Socket(
                        authority.substring(0, colon),
                        Integer.parseInt(authority.substring(colon + 1)))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(
                            request.replace("HOST", authority)
                                    .getBytes(StandardCharsets.ISO_8859_1));
            var answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
