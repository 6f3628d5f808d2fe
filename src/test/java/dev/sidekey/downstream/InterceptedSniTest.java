package dev.sidekey.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.RunningSidekey;
import dev.sidekey.certificate.CertificateAuthority;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Promise;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose time is up: a client that dawdles, never one that waits for its certificate. */
final class InterceptedSniTest {
    private static final long PATIENCE = Duration.ofMillis(100).toNanos();

    @TempDir Path state;

    private static ByteBuffer hello() throws Exception {
        var engine = SSLContext.getDefault().createSSLEngine("api.example.test", 443);
        engine.setUseClientMode(true);
        var bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), bytes);
        return bytes.flip();
    }

    private static void passPatience(EmbeddedChannel channel) {
        var began = System.nanoTime();
        RunningSidekey.await(
                () -> {
                    channel.runScheduledPendingTasks();
                    return System.nanoTime() - began > 3 * PATIENCE;
                },
                "time goes by");
    }

    @Test
    void theTimeThatACertificateTakesIsNotTheClients() throws Exception {
        var asked = new AtomicReference<Promise<SslContext>>();
        var channel = new EmbeddedChannel();
        channel.pipeline()
                .addLast(
                        new InterceptedSni(
                                (_, promise) -> {
                                    asked.set(promise);
                                    return promise;
                                },
                                PATIENCE,
                                System.nanoTime()));
        channel.writeInbound(Unpooled.wrappedBuffer(hello()));
        passPatience(channel);
        assertThat(channel.isOpen()).isTrue();

        var leaves =
                new CertificateAuthority(state, null, List.of("*"), Clock.systemUTC())
                        .leaves(Runnable::run);
        try (var contexts = new HostContexts(leaves, Runnable::run)) {
            asked.get().setSuccess(contexts.lease("api.example.test").join());
            channel.runPendingTasks();
            assertThat(channel.pipeline().get(SslHandler.class)).isNotNull();
            // the client has answered in no time, and now dawdles
            passPatience(channel);
            assertThat(channel.isOpen()).isFalse();
        }
        channel.finishAndReleaseAll();
    }

    @Test
    void aHelloThatStopsInItsMiddleEndsTheConnection() throws Exception {
        var channel = new EmbeddedChannel();
        channel.pipeline()
                .addLast(new InterceptedSni((_, promise) -> promise, PATIENCE, System.nanoTime()));
        channel.writeInbound(Unpooled.wrappedBuffer(hello().limit(100)));
        assertThat(channel.isOpen()).isTrue();
        assertThatThrownBy(
                        () -> {
                            passPatience(channel);
                            channel.checkException();
                        })
                .isInstanceOf(SslHandshakeTimeoutException.class);
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }
}
