package dev.sidekey.http2;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

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

    /** What a new connection's window grows by, for all streams together. */
    static final int WIDENING = CONNECTION_WINDOW - DEFAULT_WINDOW;

    private static final int MOST_STREAMS = 256;

    /**
     * What a stream may send in its turn at least: the largest frame, of which Netty's own default
     * makes 16.
     */
    private static final int SHARE = 16 * 1024;

    private Http2Codecs() {}

    /** The agent's connection. */
    public static Http2FrameCodec server(int longestHead) {
        var settings = settings(longestHead).maxConcurrentStreams(MOST_STREAMS);
        // whoever closes knows whether streams are open
        return new ServerBuilder(connection(true))
                .initialSettings(settings)
                .gracefulShutdownTimeoutMillis(0)
                .build();
    }

    /** A connection to an upstream; it may not push. */
    public static Http2Requests client(int longestHead, Http2Requests.Listener listener) {
        return new ClientBuilder(connection(false), listener)
                .initialSettings(settings(longestHead).pushEnabled(false))
                .gracefulShutdownTimeoutMillis(0)
                .build();
    }

    private static Http2Settings settings(int longestHead) {
        return Http2Settings.defaultSettings()
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(longestHead);
    }

    private static Http2Connection connection(boolean server) {
        var connection = new DefaultHttp2Connection(server);
        connection
                .local()
                .flowController(
                        new DefaultHttp2LocalFlowController(
                                connection,
                                DefaultHttp2LocalFlowController.DEFAULT_WINDOW_UPDATE_RATIO,
                                true));
        var turns = new UniformStreamByteDistributor(connection);
        turns.minAllocationChunk(SHARE);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, turns));
        return connection;
    }

    /** Netty's builder takes a connection from those only who extend it. */
    private static final class ServerBuilder extends Http2FrameCodecBuilder {
        ServerBuilder(Http2Connection connection) {
            connection(connection);
        }
    }

    private static final class ClientBuilder
            extends AbstractHttp2ConnectionHandlerBuilder<Http2Requests, ClientBuilder> {
        private final Http2Requests.Listener listener;

        ClientBuilder(Http2Connection connection, Http2Requests.Listener listener) {
            connection(connection);
            this.listener = listener;
        }

        @Override
        protected ClientBuilder initialSettings(Http2Settings settings) {
            return super.initialSettings(settings);
        }

        @Override
        protected ClientBuilder gracefulShutdownTimeoutMillis(long millis) {
            return super.gracefulShutdownTimeoutMillis(millis);
        }

        @Override
        protected Http2Requests build() {
            return super.build();
        }

        @Override
        protected Http2Requests build(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings) {
            return new Http2Requests(decoder, encoder, settings, listener);
        }
    }

    /** Written once on a new connection: widens its window for all streams together. */
    public static Http2WindowUpdateFrame wideWindow() {
        return new DefaultHttp2WindowUpdateFrame(WIDENING);
    }
}
