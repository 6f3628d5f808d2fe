package dev.sidekey.exchange;

import dev.sidekey.telemetry.TrafficMeters;

/** Counts what happens on the forward roads, and tells it on. */
public final class MeteredForwards implements ForwardEvents {
    private final TrafficMeters meters;
    private final ForwardEvents next;

    /**
     * @param next hears everything, too
     */
    public MeteredForwards(TrafficMeters meters, ForwardEvents next) {
        this.meters = meters;
        this.next = next;
    }

    @Override
    public void refused(String host, int port, String why) {
        meters.egressRefused();
        next.refused(host, port, why);
    }

    @Override
    public void tunnelOpened(String host, int port) {
        meters.tunnelOpened();
        next.tunnelOpened(host, port);
    }

    @Override
    public void tunnelClosed(String host, int port) {
        meters.tunnelClosed();
        next.tunnelClosed(host, port);
    }

    @Override
    public void distrusted(String host, String problem) {
        meters.distrusted();
        next.distrusted(host, problem);
    }

    @Override
    public void puzzled(String host, String problem) {
        next.puzzled(host, problem);
    }
}
