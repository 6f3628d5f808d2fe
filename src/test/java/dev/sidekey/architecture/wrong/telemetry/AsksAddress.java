package dev.sidekey.architecture.wrong.telemetry;

import dev.sidekey.architecture.wrong.address.AsksTelemetry;

/** The other half of a cycle. */
public final class AsksAddress {
    AsksTelemetry other() {
        return new AsksTelemetry();
    }
}
