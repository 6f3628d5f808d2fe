package dev.sidekey.threads;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/**
 * The only door between the two thread worlds: blocking work goes out to a virtual thread, its
 * result comes back on the event loop that asked.
 */
public final class OffLoop {
    private final ExecutorService virtualThreads;

    /**
     * @param virtualThreads one virtual thread a task; Main owns it and ends it last
     */
    public OffLoop(ExecutorService virtualThreads) {
        this.virtualThreads = virtualThreads;
    }

    /** Runs blocking work on a virtual thread; the future completes on the given loop. */
    public <T> Future<T> call(EventLoop loop, Callable<T> work) {
        Promise<T> promise = loop.newPromise();
        virtualThreads.execute(() -> {
            try {
                promise.trySuccess(work.call());
            } catch (Throwable failure) {
                promise.tryFailure(failure);
            }
        });
        return promise;
    }

    /** Runs blocking work on a virtual thread that nobody waits for. */
    public void execute(Runnable work) {
        virtualThreads.execute(work);
    }

    /** Brings a future of the authorization room home to the given loop. */
    public static <T> Future<T> home(EventLoop loop, CompletableFuture<T> future) {
        Promise<T> promise = loop.newPromise();
        var _ =
                future.whenComplete((value, failure) -> {
                    if (failure == null) {
                        promise.trySuccess(value);
                    } else {
                        promise.tryFailure(failure);
                    }
                });
        return promise;
    }
}
