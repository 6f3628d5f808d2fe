package dev.sidekey.architecture.wrong.exchange;

import java.util.concurrent.CompletableFuture;

final class WaitsForFuture {
    String wait(CompletableFuture<String> future) {
        return future.join();
    }
}
