package dev.sidekey.exchange;

/**
 * Hears what happens on the forward roads (CONNECT, absolute-form, intercepted hosts), for logs and
 * counters. Called on event loops; must not block.
 */
public interface ForwardEvents {

    /**
     * The egress policy refused a request.
     *
     * @param why the reason that the agent is told
     */
    void refused(String host, int port, String why);

    /** A blind tunnel stands. */
    void tunnelOpened(String host, int port);

    /** A blind tunnel has ended. */
    void tunnelClosed(String host, int port);

    /**
     * A client broke off the TLS handshake of an intercepted host: it does not trust the CA.
     *
     * @param problem what it said
     */
    void distrusted(String host, String problem);

    /**
     * A client sent to an intercepted host what is no TLS, came too late with it, or asked within
     * the tunnel for another host.
     *
     * @param problem what it did
     */
    void puzzled(String host, String problem);
}
