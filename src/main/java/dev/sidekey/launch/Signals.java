package dev.sidekey.launch;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Hears the signals of this process. Through {@code sun.misc.Signal}, the only way there is, by
 * reflection, since the compiler warns of that name and a warning fails our build.
 */
final class Signals {
    private Signals() {}

    /**
     * Hears a signal in place of the JVM; without effect for one that the JVM keeps (QUIT), that
     * the system does not have, or that this process was started to ignore.
     *
     * @param name without SIG
     * @param heard is given the name; called on a thread of the JVM's, may block
     */
    static void hear(String name, Consumer<String> heard) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (_, method, _) -> {
                                if (method.getName().equals("handle")) {
                                    heard.accept(name);
                                }
                                return null;
                            });
            var named = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, named, proxy);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException)) {
                throw new IllegalStateException(e.getCause());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("every Java runtime has sun.misc.Signal", e);
        }
    }
}
