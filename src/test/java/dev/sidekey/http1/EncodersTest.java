package dev.sidekey.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire's bytes are those of Netty's own encoders, which serve as the oracle here. */
class EncodersTest {
    private final ResponseEncoder responses = new ResponseEncoder();
    private final EmbeddedChannel channel = new EmbeddedChannel(responses);

    @AfterEach
    void nothingIsLeftBehind() {
        channel.finishAndReleaseAll();
    }

    private static HttpResponse head(HttpResponseStatus status) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        head.headers()
                .set("Content-Type", "text/plain")
                .add("Set-Cookie", "a")
                .add("Set-Cookie", "b");
        return head;
    }

    private static HttpResponse chunked() {
        var head = head(HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        return head;
    }

    private static ByteBuf bytes(int length) {
        return Unpooled.wrappedBuffer("x".repeat(length).getBytes(StandardCharsets.US_ASCII));
    }

    private static HttpContent part(int length) {
        return new DefaultHttpContent(bytes(length));
    }

    private static HttpContent last(int length) {
        return new DefaultLastHttpContent(bytes(length));
    }

    /** Writes as both wires do: held back until the flush. */
    private void write(Object... messages) {
        for (var message : messages) {
            var _ = channel.write(message, channel.voidPromise());
        }
    }

    private List<String> buffers() {
        channel.flush();
        return buffers(channel);
    }

    private static List<String> buffers(EmbeddedChannel from) {
        var buffers = new ArrayList<String>();
        for (ByteBuf one = from.readOutbound(); one != null; one = from.readOutbound()) {
            if (one.isReadable()) {
                buffers.add(one.toString(StandardCharsets.ISO_8859_1));
            }
            one.release();
        }
        return buffers;
    }

    private static String ofNetty(Object... messages) {
        var netty = new EmbeddedChannel(new HttpResponseEncoder());
        netty.writeOutbound(messages);
        var wire = String.join("", buffers(netty));
        netty.finishAndReleaseAll();
        return wire;
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 103, 200, 202, 204, 205, 301, 304, 401, 418, 500, 599})
    void aHeadOfAnyStatusIsWrittenAsNettyDoes(int code) {
        var status = HttpResponseStatus.valueOf(code);
        var mine = head(status);
        var other = head(status);
        for (var head : List.of(mine, other)) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, "0");
        }
        write(mine, LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(String.join("", buffers()))
                .isEqualTo(ofNetty(other, LastHttpContent.EMPTY_LAST_CONTENT));
    }

    @Test
    void anotherReasonThanTheUsualOneGoesThrough() {
        write(head(new HttpResponseStatus(200, "Fine")), LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(String.join("", buffers())).startsWith("HTTP/1.1 200 Fine\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1, 15, 16, 255, 256, 1023, 1024, 2047, 2048, 2049, 4096, 65_536, 1_048_576})
    void chunksOfAnyLengthAreFramedAsNettyDoes(int length) {
        write(chunked(), part(length), part(0), part(length), last(length));
        var wire = String.join("", buffers());
        assertThat(wire).isEqualTo(ofNetty(chunked(), part(length), part(length), last(length)));
    }

    @Test
    void trailersFollowTheLastChunk() {
        var mine = new DefaultLastHttpContent(bytes(3));
        var other = new DefaultLastHttpContent(bytes(3));
        for (var end : List.of(mine, other)) {
            end.trailingHeaders().set("grpc-status", "0").set("checksum", "abc");
        }
        write(chunked(), mine);
        assertThat(String.join("", buffers())).isEqualTo(ofNetty(chunked(), other));
    }

    @Test
    void anEmptyPartIsNotTheLastChunk() {
        write(chunked(), part(0));
        assertThat(String.join("", buffers())).endsWith("\r\n\r\n").doesNotContain("\r\n0\r\n");
    }

    @Test
    void aSmallAnswerLeavesInOneBuffer() {
        var head = head(HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_LENGTH, "100");
        write(head, last(100));
        assertThat(buffers()).singleElement().asString().endsWith("\r\n\r\n" + "x".repeat(100));
    }

    @Test
    void anEventLeavesInOneBufferWithItsFrame() {
        write(chunked());
        assertThat(buffers()).hasSize(1);
        write(part(70));
        assertThat(buffers()).containsExactly("46\r\n" + "x".repeat(70) + "\r\n");
        write(part(10), part(11));
        assertThat(String.join("", buffers()))
                .isEqualTo("a\r\n" + "x".repeat(10) + "\r\nb\r\n" + "x".repeat(11) + "\r\n");
    }

    @Test
    void aLargePartIsNotCopied() {
        var large = bytes(64 * 1024);
        write(head(HttpResponseStatus.OK), new DefaultHttpContent(large));
        channel.flush();
        ByteBuf first = channel.readOutbound();
        ByteBuf second = channel.readOutbound();
        assertThat(second).isSameAs(large);
        first.release();
        second.release();
    }

    @Test
    void nothingLeavesBeforeTheFlushAndNothingStaysAfterIt() {
        write(chunked(), part(5));
        assertThat(buffers(channel)).isEmpty();
        assertThat(buffers()).isNotEmpty();
        channel.flush();
        assertThat(buffers(channel)).isEmpty();
    }

    @Test
    void aPromiseHearsOfItsOwnBytesAndDoesNotWaitForAnother() {
        var written = new ArrayList<String>();
        var below = new ArrayList<ChannelPromise>();
        var slow = slow(written, below);
        var own = slow.newPromise();
        var _ = slow.write(head(HttpResponseStatus.OK), slow.voidPromise());
        var _ = slow.write(last(10), own);
        assertThat(written).singleElement().asString().endsWith("x".repeat(10));
        assertThat(own).isSameAs(below.getFirst());
        slow.finishAndReleaseAll();
    }

    private static EmbeddedChannel slow(List<String> written, List<ChannelPromise> promises) {
        var keeps =
                new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(
                            ChannelHandlerContext context, Object message, ChannelPromise promise) {
                        var bytes = (ByteBuf) message;
                        written.add(bytes.toString(StandardCharsets.ISO_8859_1));
                        promises.add(promise);
                        bytes.release();
                    }
                };
        return new EmbeddedChannel(keeps, new ResponseEncoder());
    }

    @Test
    void aPromiseOfNoBytesIsKept() {
        var future = channel.write(part(0));
        channel.flush();
        assertThat(future.isSuccess()).isTrue();
    }

    @Test
    void aWholeAnswerIsWrittenAndReleased() {
        var body = bytes(20);
        var whole = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        whole.headers().set(HttpHeaderNames.CONTENT_LENGTH, "20");
        write(whole);
        assertThat(buffers()).singleElement().asString().endsWith("x".repeat(20));
        assertThat(body.refCnt()).isZero();
    }

    @Test
    void theAnswerToAHeadHasNoBodyWhateverItSays() {
        responses.asked(HttpMethod.HEAD);
        write(chunked(), last(10));
        assertThat(String.join("", buffers())).doesNotContain("x".repeat(10)).endsWith("\r\n\r\n");
        responses.asked(HttpMethod.GET);
        write(chunked(), last(10));
        assertThat(String.join("", buffers())).contains("x".repeat(10));
    }

    @Test
    void bytesThatAreNoHttpGoAfterWhatIsHeld() {
        write(chunked());
        channel.writeOutbound(Unpooled.copiedBuffer("raw", StandardCharsets.US_ASCII));
        assertThat(String.join("", buffers())).startsWith("HTTP/1.1 200 OK\r\n").endsWith("raw");
    }

    @Test
    void whatIsHeldLeavesBeforeTheEncoderDoes() {
        write(chunked());
        channel.pipeline().remove(responses);
        assertThat(String.join("", buffers())).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void aCloseLetsGoOfWhatIsHeldAndLaterWritesFail() {
        write(chunked());
        var _ = channel.close();
        assertThat(buffers(channel)).isEmpty();
        var body = bytes(5);
        var late = channel.write(new DefaultHttpContent(body));
        assertThat(late.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(body.refCnt()).isZero();
    }

    /** Its low byte is a line feed: cut off, it would begin a header of its own. */
    @Test
    void aCharAbove255NeverBecomesAnEndOfLine() {
        var head =
                new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        DefaultHttpHeadersFactory.headersFactory().withValidation(false));
        head.headers().set("X-Name", "a\u010aInjected: yes").set("X-Latin", "\u00e9");
        write(head);
        var wire = String.join("", buffers());
        assertThat(wire).contains("X-Name: a?Injected: yes\r\n").contains("X-Latin: \u00e9\r\n");
    }

    @Test
    void aHeadLongerThanAllThatIsKeptIsWrittenWhole() {
        var head = head(HttpResponseStatus.OK);
        head.headers().set("X-Long", "y".repeat(60_000));
        write(head);
        assertThat(String.join("", buffers())).contains("X-Long: " + "y".repeat(60_000) + "\r\n");
        write(head(HttpResponseStatus.OK));
        assertThat(String.join("", buffers())).doesNotContain("yyy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/mcp?a=b", "*", "http://upstream.test/mcp"})
    void aRequestIsWrittenAsNettyDoes(String target) {
        var mine = new EmbeddedChannel(new RequestEncoder());
        var netty = new EmbeddedChannel(new HttpRequestEncoder());
        for (var one : List.of(mine, netty)) {
            var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, target);
            request.headers().set("Host", "upstream.test").set("Content-Length", "4");
            one.writeOutbound(request, last(4));
        }
        assertThat(String.join("", buffers(mine))).isEqualTo(String.join("", buffers(netty)));
        mine.finishAndReleaseAll();
        netty.finishAndReleaseAll();
    }
}
