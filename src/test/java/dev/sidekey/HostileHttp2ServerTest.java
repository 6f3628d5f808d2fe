package dev.sidekey;

import static dev.sidekey.fakes.Http2Wire.CONTINUATION;
import static dev.sidekey.fakes.Http2Wire.DATA;
import static dev.sidekey.fakes.Http2Wire.END_HEADERS;
import static dev.sidekey.fakes.Http2Wire.GOAWAY;
import static dev.sidekey.fakes.Http2Wire.HEADERS;
import static dev.sidekey.fakes.Http2Wire.PING;
import static dev.sidekey.fakes.Http2Wire.PUSH_PROMISE;
import static dev.sidekey.fakes.Http2Wire.RST_STREAM;
import static dev.sidekey.fakes.Http2Wire.SETTINGS;
import static dev.sidekey.fakes.Http2Wire.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.HostileHttp2Server;
import dev.sidekey.fakes.Http2Wire;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Upstreams that agree on HTTP/2 and break it, or take from it what they can. */
final class HostileHttp2ServerTest extends TlsRoadTest {
    private static final int ENDLESS = 20_000;
    private static final int FLOW_CONTROL_ERROR = 3;

    /** What a server does once it has a request; each ends that connection, and no more. */
    enum Malice {
        SPEAKS_HTTP_1_AFTER_ALL(true) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                // "HTTP/1.1 " read as a frame: its length is 0x485454
                wire.write(
                        0x50,
                        '/',
                        0,
                        "1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        },
        BEGINS_WITHOUT_SETTINGS(true) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.write(PING, 0, 0, new byte[8]);
            }
        },
        FRAME_LONGER_THAN_ALLOWED(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.headers(stream, false, ":status", "200");
                wire.write(DATA, 0, stream, new byte[16_385]);
            }
        },
        HEADER_LONGER_THAN_ALLOWED(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                var block = wire.encode(stream, ":status", "200", "x", "y".repeat(300_000));
                wire.write(HEADERS, 0, stream, Arrays.copyOf(block, 16_384));
                for (int at = 16_384; at < block.length; at += 16_384) {
                    int end = Math.min(block.length, at + 16_384);
                    int flags = end == block.length ? END_HEADERS : 0;
                    wire.write(CONTINUATION, flags, stream, Arrays.copyOfRange(block, at, end));
                }
            }
        },
        HEADER_THAT_GROWS_WHEN_UNPACKED(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                // one long field into the table, then a reference of one byte each
                var first = wire.encode(stream, ":status", "200", "x", "y".repeat(3_500));
                var bomb = Arrays.copyOf(first, first.length + 10_000);
                Arrays.fill(bomb, first.length, bomb.length, (byte) 0xbe);
                wire.write(HEADERS, END_HEADERS, stream, bomb);
            }
        },
        CONTINUATIONS_WITHOUT_END(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.write(HEADERS, 0, stream, wire.encode(stream, ":status", "200"));
                wire.flood(ENDLESS, CONTINUATION, 0, stream);
            }
        },
        EMPTY_DATA_WITHOUT_END(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.headers(stream, false, ":status", "200");
                wire.flood(ENDLESS, DATA, 0, stream);
            }
        },
        PINGS_WITHOUT_END(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.flood(ENDLESS, PING, 0, 0, new byte[8]);
                answer(wire, stream);
            }
        },
        SETTINGS_WITHOUT_END(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.flood(ENDLESS, SETTINGS, 0, 0);
                answer(wire, stream);
            }
        },
        RESETS_WITHOUT_END(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.flood(ENDLESS, RST_STREAM, 0, stream, new byte[] {0, 0, 0, 2});
            }
        },
        PUSHES(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.write(PUSH_PROMISE, END_HEADERS, stream, new byte[] {0, 0, 0, 2});
            }
        },
        ANSWERS_WHAT_NOBODY_ASKED(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.headers(stream + 4, true, ":status", "200");
            }
        },
        BODY_BEFORE_HEAD(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.data(stream, true, "body");
            }
        },
        NO_STATUS(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.headers(stream, true, "x", "y");
            }
        },
        SWITCHES_PROTOCOLS(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.headers(stream, true, ":status", "101");
            }
        },
        WINDOW_OVER_ITS_LIMIT(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.number(WINDOW_UPDATE, 0, Integer.MAX_VALUE);
            }
        },
        WINDOW_BY_NOTHING(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.number(WINDOW_UPDATE, 0, 0);
            }
        },
        HANGS_UP(false) {
            @Override
            void act(Http2Wire wire, int stream) throws Exception {
                wire.close();
            }
        };

        private final boolean atOnce;

        Malice(boolean atOnce) {
            this.atOnce = atOnce;
        }

        boolean isOnlyWaste() {
            return this == PINGS_WITHOUT_END || this == SETTINGS_WITHOUT_END;
        }

        abstract void act(Http2Wire wire, int stream) throws Exception;
    }

    private RunningSidekey before(HostileHttp2Server server) throws Exception {
        return new RunningSidekey(config().upstream("default", url(server)).build());
    }

    private static String url(HostileHttp2Server server) {
        return "https://" + HOST + ":" + server.port() + "/mcp";
    }

    /** Awaits a whole request and gives its stream. */
    private static int request(Http2Wire wire) throws Exception {
        return wire.await(Http2Wire.Frame::endsStream).stream();
    }

    /** Answers each request as it should. */
    private static void behave(Http2Wire wire) throws Exception {
        goOn(wire.beginAsServer());
    }

    private static void goOn(Http2Wire wire) throws Exception {
        while (true) {
            answer(wire, request(wire));
        }
    }

    private static void answer(Http2Wire wire, int stream) throws Exception {
        wire.headers(stream, false, ":status", "200");
        wire.data(stream, true, "well");
    }

    @ParameterizedTest
    @EnumSource
    void theAgentIsToldAndTheNextCallGoesElsewhere(Malice malice) throws Exception {
        try (var server =
                        HostileHttp2Server.start(
                                leaf(HOST),
                                (wire, number) -> {
                                    if (number > 0) {
                                        behave(wire);
                                    } else if (malice.atOnce) {
                                        wire.readPreface();
                                        malice.act(wire, 0);
                                        wire.await(_ -> false);
                                    } else {
                                        wire.beginAsServer();
                                        malice.act(wire, request(wire));
                                        // an error of one stream need not end the others
                                        goOn(wire);
                                    }
                                });
                var sidekey = before(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            var call = post(url(server), "{}").build();
            var answer =
                    agent.sendAsync(call, BodyHandlers.ofString())
                            .handle((reply, failure) -> failure == null ? reply.statusCode() : 0)
                            .get(10, TimeUnit.SECONDS);
            // a 502, or an abort where the response had begun; some floods are merely a waste
            assertThat(answer).isIn(502, 0, malice.isOnlyWaste() ? 200 : 0);
            var next = agent.sendAsync(call, BodyHandlers.ofString()).get(10, TimeUnit.SECONDS);
            assertThat(next.body()).isEqualTo("well");
        }
    }

    @Test
    void aGoAwayInTheMidstOfAStreamLetsThisOneEndAndNoOtherBegin() throws Exception {
        try (var server =
                        HostileHttp2Server.start(
                                leaf(HOST),
                                (wire, number) -> {
                                    if (number > 0) {
                                        behave(wire);
                                        return;
                                    }
                                    wire.beginAsServer();
                                    int stream = request(wire);
                                    wire.headers(stream, false, ":status", "200");
                                    wire.goAway(stream);
                                    wire.data(stream, true, "to its end");
                                    wire.await(_ -> false);
                                });
                var sidekey = before(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            var call = post(url(server), "{}").build();
            assertThat(agent.send(call, BodyHandlers.ofString()).body()).isEqualTo("to its end");
            assertThat(agent.send(call, BodyHandlers.ofString()).body()).isEqualTo("well");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aPostThatGoAwayDidNotBeginWithIsSentElsewhere() throws Exception {
        try (var server =
                        HostileHttp2Server.start(
                                leaf(HOST),
                                (wire, number) -> {
                                    if (number > 0) {
                                        behave(wire);
                                        return;
                                    }
                                    wire.beginAsServer();
                                    wire.await(Http2Wire.Frame::endsStream);
                                    wire.goAway(0);
                                    wire.await(_ -> false);
                                });
                var sidekey = before(server)) {
            var answer =
                    agent(sidekey, Version.HTTP_2)
                            .send(post(url(server), "{}").build(), BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("well");
        }
    }

    /**
     * Told by Sidekey's own window alone, so the agent takes nothing: while one takes all at once
     * the window is given back as fast as it is used, and no server can overrun it.
     */
    @Test
    void aServerThatSendsMoreThanItsWindowIsCutOff() throws Exception {
        var error = new CompletableFuture<Integer>();
        try (var server =
                        HostileHttp2Server.start(
                                leaf(HOST),
                                (wire, _) -> {
                                    wire.beginAsServer();
                                    int stream = request(wire);
                                    wire.headers(stream, false, ":status", "200");
                                    wire.flood(60, DATA, 0, stream, new byte[16_384]);
                                    var cut =
                                            wire.await(frame ->
                                                    frame.is(RST_STREAM, stream)
                                                            || frame.type() == GOAWAY);
                                    error.complete(cut.number(cut.type() == GOAWAY ? 4 : 0));
                                });
                var sidekey = before(server);
                // SETTINGS_INITIAL_WINDOW_SIZE
                var agent = wire(sidekey, HOST + ":" + server.port(), 4, 0)) {
            agent.headers(
                    1,
                    true,
                    ":method",
                    "GET",
                    ":scheme",
                    "https",
                    ":authority",
                    HOST + ":" + server.port(),
                    ":path",
                    "/other");
            assertThat(agent.status(1)).isEqualTo("200");
            assertThat(error.get(20, TimeUnit.SECONDS)).isEqualTo(FLOW_CONTROL_ERROR);
            assertThat(agent.await(frame -> frame.is(RST_STREAM, 1)).number(0)).isPositive();
        }
    }

    @Test
    void aBodyWaitsForAWindowThatIsShut() throws Exception {
        try (var server =
                        HostileHttp2Server.start(
                                leaf(HOST),
                                (wire, _) -> {
                                    // SETTINGS_INITIAL_WINDOW_SIZE
                                    wire.beginAsServer(4, 0);
                                    int stream =
                                            wire.await(frame -> frame.type() == HEADERS).stream();
                                    wire.write(PING, 0, 0, new byte[8]);
                                    var next =
                                            wire.await(frame ->
                                                    frame.type() == DATA || frame.type() == PING);
                                    wire.number(WINDOW_UPDATE, stream, 100);
                                    var ends = wire.await(Http2Wire.Frame::endsStream);
                                    wire.headers(stream, false, ":status", "200");
                                    wire.data(
                                            stream,
                                            true,
                                            (next.type() == PING) + " " + ends.payload().length);
                                    wire.await(_ -> false);
                                });
                var sidekey = before(server)) {
            var answer =
                    agent(sidekey, Version.HTTP_2)
                            .send(post(url(server), "{}").build(), BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("true 2");
        }
    }
}
