package dev.sidekey.architecture.wrong.downstream;

import dev.sidekey.architecture.wrong.grant.GrantOfToday;

final class ReachesForGrants {
    GrantOfToday grant() {
        return new GrantOfToday();
    }
}
