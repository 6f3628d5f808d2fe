package dev.sidekey.architecture.wrong.credential;

import java.util.concurrent.CompletableFuture;

final class BorrowsCommonPool {
    CompletableFuture<String> borrow() {
        return CompletableFuture.supplyAsync(() -> "");
    }
}
