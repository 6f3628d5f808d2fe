package dev.sidekey;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which would end the process else. Java has no other way to it than {@code
 * sun.misc.Signal}, which the compiler warns of whenever it is named; so it is not.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    /** Does something at each SIGHUP, on a thread of the JVM; it must not block. */
    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself only
    static void does(Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy =
                    Proxy.newProxyInstance(
                            HangUp.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (self, method, arguments) ->
                                    switch (method.getName()) {
                                        case "handle" -> {
                                            action.run();
                                            yield null;
                                        }
                                        case "hashCode" -> System.identityHashCode(self);
                                        case "equals" -> self == arguments[0];
                                        default -> "reload";
                                    });
            var hup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hup, proxy);
        } catch (ReflectiveOperationException e) {
            // a system without such a signal, or one that somebody else has
            LOG.debug("SIGHUP cannot be heard", e);
        }
    }
}
