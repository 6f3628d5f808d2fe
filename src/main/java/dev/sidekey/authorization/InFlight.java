package dev.sidekey.authorization;

import dev.sidekey.oauth.Scopes;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** Single flight: at most one flow a slot, however many requests wait (U6). */
final class InFlight {
    private final ConcurrentMap<Slot, Flight> flights = new ConcurrentHashMap<>();

    /**
     * Joins the flow of a slot, or begins one.
     *
     * @param begin starts the flow elsewhere and returns at once; it completes the flight's outcome
     * @return the flight; the caller asks {@link Flight#join} whether it serves its scopes
     */
    Flight joinOrBegin(Slot slot, Scopes wanted, Consumer<Flight> begin) {
        var fresh = new Flight(wanted);
        var flight = flights.putIfAbsent(slot, fresh);
        if (flight != null) {
            return flight;
        }
        var _ = fresh.outcome().whenComplete((result, failure) -> flights.remove(slot, fresh));
        begin.accept(fresh);
        return fresh;
    }
}
