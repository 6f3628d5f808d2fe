package dev.sidekey;

/** Composition root: builds every room once. */
public final class Main {
    private Main() {}

    /** Starts Sidekey. */
    public static void main(String[] arguments) {
        System.err.println("sidekey: not built yet");
        System.exit(64);
    }
}
