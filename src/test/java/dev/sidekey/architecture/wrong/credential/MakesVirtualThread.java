package dev.sidekey.architecture.wrong.credential;

final class MakesVirtualThread {
    Thread make() {
        return Thread.ofVirtual().unstarted(() -> {});
    }
}
