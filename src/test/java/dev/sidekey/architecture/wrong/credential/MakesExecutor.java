package dev.sidekey.architecture.wrong.credential;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

final class MakesExecutor {
    ExecutorService make() {
        return Executors.newVirtualThreadPerTaskExecutor();
    }
}
