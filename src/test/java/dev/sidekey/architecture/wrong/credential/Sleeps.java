package dev.sidekey.architecture.wrong.credential;

final class Sleeps {
    void sleep() throws InterruptedException {
        Thread.sleep(1);
    }
}
