package dev.sidekey.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connection that is gone though the pool does not know it yet: every write fails at once. */
final class PooledAttemptTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    /** Its tasks run when the test says so. */
    private final EmbeddedChannel loop = new EmbeddedChannel();

    private final List<HttpContent> parts =
            new ArrayList<>(
                    List.of(
                            new DefaultHttpContent(Unpooled.EMPTY_BUFFER),
                            new DefaultHttpContent(Unpooled.EMPTY_BUFFER),
                            LastHttpContent.EMPTY_LAST_CONTENT));
    private final List<AttemptFailure> told = new ArrayList<>();
    private final PooledAttempt attempt =
            new PooledAttempt(
                    loop.eventLoop(),
                    new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/"),
                    new LettingGo(),
                    new ResponseDeadlines(loop.eventLoop(), 0));

    /** As an exchange does whose request cannot be sent again. */
    private final class LettingGo implements Attempt.Listener {
        @Override
        public void onFailed(AttemptFailure failure) {
            told.add(failure);
            parts.clear();
        }

        @Override
        public void onInformational(HttpResponse head) {}

        @Override
        public void onHead(HttpResponse head) {}

        @Override
        public void onSwitched(HttpResponse head, Channel upstream) {}

        @Override
        public void onContent(HttpContent content) {}

        @Override
        public void onReadComplete(boolean all) {}

        @Override
        public void onWritabilityChanged() {}
    }

    private final class Gone implements Carrier {
        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public Origin origin() {
            return new Origin("http", "gone.test", 80);
        }

        @Override
        public boolean isReused() {
            return true;
        }

        @Override
        public void drop() {}

        @Override
        public void release(PooledAttempt ended) {}
    }

    private void replay() {
        for (var part : parts) {
            attempt.write(part);
        }
    }

    @Test
    void aFailureIsToldOnceAndOnlyAfterTheCallThatMetIt() {
        channel.close().syncUninterruptibly();
        attempt.connected(new Gone());
        assertThat(told).isEmpty();
        replay();
        assertThat(told).isEmpty();
        loop.runPendingTasks();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().nothingSent()).isTrue();
    }

    @Test
    void whatWasQueuedFailsWithItsHead() {
        replay();
        channel.close().syncUninterruptibly();
        attempt.connected(new Gone());
        loop.runPendingTasks();
        assertThat(told).hasSize(1);
    }

    @Test
    void anAttemptThatWasGivenUpMeanwhileTellsNothing() {
        channel.close().syncUninterruptibly();
        attempt.connected(new Gone());
        attempt.abandon();
        loop.runPendingTasks();
        assertThat(told).isEmpty();
    }
}
