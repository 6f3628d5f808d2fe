package dev.sidekey.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Time is the channel's, and goes on when the test says so. */
final class ResponseDeadlinesTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ResponseDeadlines deadlines = new ResponseDeadlines(channel.eventLoop(), 1_000);
    private final List<String> late = new ArrayList<>();

    private ResponseDeadlinesTest() {
        channel.freezeTime();
    }

    private PooledAttempt sent(String name) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/" + name);
        var attempt = new PooledAttempt(channel.eventLoop(), request, new Hears(name), deadlines);
        attempt.write(LastHttpContent.EMPTY_LAST_CONTENT);
        attempt.connected(new Stands());
        return attempt;
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    @Test
    void eachIsLateAfterItsOwnTimeAndNoneIsToldTwice() {
        sent("first");
        pass(400);
        sent("second");
        pass(599);
        assertThat(late).isEmpty();
        pass(1);
        assertThat(late).containsExactly("first");
        pass(399);
        assertThat(late).containsExactly("first");
        pass(1);
        pass(5_000);
        assertThat(late).containsExactly("first", "second");
    }

    @Test
    void whoeverGotItsHeadLeavesTheLineWhereverItStands() {
        var attempts = List.of(sent("first"), sent("middle"), sent("last"), sent("slow"));
        attempts.get(1).headCame(true);
        attempts.get(2).abandon();
        attempts.getFirst().headCame(true);
        pass(1_000);
        assertThat(late).containsExactly("slow");
        sent("another");
        pass(1_000);
        assertThat(late).containsExactly("slow", "another");
    }

    @Test
    void anAnswerThatCameInTimeIsNeverLate() {
        sent("quick").headCame(true);
        pass(10_000);
        assertThat(late).isEmpty();
    }

    private final class Hears implements Attempt.Listener {
        private final String name;

        Hears(String name) {
            this.name = name;
        }

        @Override
        public void onFailed(AttemptFailure failure) {
            assertThat(failure.kind()).isEqualTo(AttemptFailure.Kind.TIMEOUT);
            late.add(name);
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

    private final class Stands implements Carrier {
        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public Origin origin() {
            return new Origin("http", "slow.test", 80);
        }

        @Override
        public boolean isReused() {
            return false;
        }

        @Override
        public void drop() {}

        @Override
        public void release(PooledAttempt ended) {}
    }
}
