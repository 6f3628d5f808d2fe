package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.ClientKnown;
import dev.sidekey.grant.AttendedGrant;
import dev.sidekey.grant.DeviceCode;
import dev.sidekey.grant.UnattendedGrant;

/** Asks by the chosen grant: the server alone, or a person first. Blocks. */
final class RequestToken {
    private final AskServer askServer;
    private final AskPerson askPerson;
    private final AskWithCode askWithCode;

    RequestToken(AskServer askServer, AskPerson askPerson, AskWithCode askWithCode) {
        this.askServer = askServer;
        this.askPerson = askPerson;
        this.askWithCode = askWithCode;
    }

    AuthorizationState request(ClientKnown state) {
        return switch (state.grant()) {
            case UnattendedGrant grant -> askServer.request(state, grant);
            case DeviceCode _ -> askWithCode.request(state);
            case AttendedGrant _ -> askPerson.request(state);
        };
    }
}
