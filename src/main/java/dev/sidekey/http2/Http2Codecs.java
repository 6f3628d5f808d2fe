package dev.sidekey.http2;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import io.netty.handler.codec.http2.WeightedFairQueueByteDistributor;

/**
 * HTTP/2 connections as Sidekey has them. Each stream has a window of its own, which is given back
 * only as its other side takes what has come; the connection's window is given back at once, so
 * that a stream which nobody reads never stops the others (RFC 9113 §5.2.2). Netty's limits on
 * resets, empty frames, CONTINUATION and SETTINGS floods hold as they are.
 */
public final class Http2Codecs {
    /** What a peer may send on one stream before anybody has taken it. */
    private static final int STREAM_WINDOW = 128 * 1024;

    private static final int CONNECTION_WINDOW = 1024 * 1024;
    private static final int DEFAULT_WINDOW = 65_535;
    private static final int MOST_STREAMS = 256;

    /**
     * What a stream may send in its turn: the largest frame; Netty's own default makes 16 of it.
     */
    private static final int SHARE = 16 * 1024;

    private Http2Codecs() {}

    /** The agent's connection. */
    public static Http2FrameCodec server(int longestHead) {
        var settings = settings(longestHead).maxConcurrentStreams(MOST_STREAMS);
        return build(true, settings);
    }

    /** A connection to an upstream; it may not push. */
    public static Http2FrameCodec client(int longestHead) {
        return build(false, settings(longestHead).pushEnabled(false));
    }

    private static Http2Settings settings(int longestHead) {
        return Http2Settings.defaultSettings()
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(longestHead);
    }

    private static Http2FrameCodec build(boolean server, Http2Settings settings) {
        var connection = new DefaultHttp2Connection(server);
        connection
                .local()
                .flowController(
                        new DefaultHttp2LocalFlowController(
                                connection,
                                DefaultHttp2LocalFlowController.DEFAULT_WINDOW_UPDATE_RATIO,
                                true));
        var turns = new WeightedFairQueueByteDistributor(connection);
        turns.allocationQuantum(SHARE);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, turns));
        // whoever closes knows whether streams are open
        return new Builder(connection)
                .initialSettings(settings)
                .gracefulShutdownTimeoutMillis(0)
                .build();
    }

    /** Netty's builder takes a connection from those only who extend it. */
    private static final class Builder extends Http2FrameCodecBuilder {
        Builder(Http2Connection connection) {
            connection(connection);
        }
    }

    /** Written once on a new connection: widens its window for all streams together. */
    public static Http2WindowUpdateFrame wideWindow() {
        return new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW - DEFAULT_WINDOW);
    }
}
