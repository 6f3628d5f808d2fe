package dev.sidekey.architecture.wrong.credential;

final class MakesThread {
    Thread make() {
        return new Thread(() -> {});
    }
}
