package dev.sidekey.downstream;

import dev.sidekey.exchange.Agent;
import dev.sidekey.exchange.Route;

/** Where a request goes. */
sealed interface Way permits Way.On, Way.Through, Way.Into, Refused {

    /**
     * To an upstream, as an exchange.
     *
     * @param agent whose credentials may be used
     */
    record On(Route route, Agent agent) implements Way {}

    /** Through to a host, as bytes that nobody looks at. */
    record Through(Authority authority) implements Way {}

    /**
     * Into a tunnel that is looked into.
     *
     * @param start takes what comes in it
     */
    record Into(InterceptedStart start) implements Way {}
}
