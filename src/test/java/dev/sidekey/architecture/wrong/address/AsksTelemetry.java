package dev.sidekey.architecture.wrong.address;

import dev.sidekey.architecture.wrong.telemetry.AsksAddress;

/** One half of a cycle. */
public final class AsksTelemetry {
    AsksAddress other() {
        return new AsksAddress();
    }
}
