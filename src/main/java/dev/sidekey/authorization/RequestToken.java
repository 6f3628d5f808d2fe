package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.ClientKnown;
import dev.sidekey.grant.AttendedGrant;
import dev.sidekey.grant.UnattendedGrant;

/** Asks by the chosen grant: the server alone, or a person first. Blocks. */
final class RequestToken {
    private final AskServer askServer;
    private final AskPerson askPerson;

    RequestToken(AskServer askServer, AskPerson askPerson) {
        this.askServer = askServer;
        this.askPerson = askPerson;
    }

    AuthorizationState request(ClientKnown state) {
        return switch (state.grant()) {
            case UnattendedGrant grant -> askServer.request(state, grant);
            case AttendedGrant _ -> askPerson.request(state);
        };
    }
}
