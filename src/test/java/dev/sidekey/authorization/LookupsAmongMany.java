package dev.sidekey.authorization;

import dev.sidekey.it.Counted;
import java.util.Random;

/** What a lookup does when few are held and when many are, and what each costs in memory. */
public final class LookupsAmongMany {
    private static final int LOOKUPS = 10_000;
    private static final int TOKEN = 1024;

    private LookupsAmongMany() {}

    /** Prints for each number of agents the steps of a lookup, and the bytes of a credential. */
    public static void main(String[] arguments) {
        for (var argument : arguments) {
            int agents = Integer.parseInt(argument);
            long before = heap();
            var held = SampleCredentials.of(agents, TOKEN);
            long bytes = (heap() - before) / agents;
            System.out.println("bytes of one of " + agents + ": " + bytes);
            System.out.println("steps among " + agents + ": " + steps(held, agents));
        }
    }

    private static double steps(HeldCredentials held, int agents) {
        var random = new Random(1);
        long steps = 0;
        for (int i = 0; i < LOOKUPS; i++) {
            var call = SampleCredentials.call(random.nextInt(agents));
            long before = Counted.sum();
            if (held.best(Slot.of(call), call.url()) == null
                    || !held.covers(Slot.of(call), call.url())) {
                throw new AssertionError("not held: " + call);
            }
            steps += Counted.sum() - before;
        }
        return (double) steps / LOOKUPS;
    }

    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
