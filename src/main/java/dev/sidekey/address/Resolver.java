package dev.sidekey.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Names to addresses. Blocks: call it on a virtual thread. */
public interface Resolver {

    /**
     * All addresses of a host, best first; literals resolve to themselves.
     *
     * @throws UnknownHostException when there is none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
