package dev.sidekey.address;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Which addresses may be connected to. Pure; safe on every thread. */
public interface AddressPolicy {

    /**
     * Why a connection is refused, or null when it is allowed.
     *
     * @param host the name or literal asked for, lower case
     * @param port the port asked for
     * @param address what the name resolved to; null to judge the name alone
     */
    @Nullable String refusal(String host, int port, @Nullable InetAddress address);
}
