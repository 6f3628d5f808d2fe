package dev.sidekey.interaction;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the login link to the log: works everywhere, and is what a person without a browser near
 * looks for. The link is not a credential: whoever opens it is asked to log in (X12).
 */
public final class LoggedLink implements LoginNotice {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedLink.class);

    @Override
    public void loginNeeded(Needed login) {
        var line =
                LOG.atWarn()
                        .addKeyValue("upstream", login.upstream())
                        .addKeyValue("issuer", login.issuer())
                        .addKeyValue("scopes", login.scopes())
                        .addKeyValue("link", login.link());
        if (login.userCode() == null) {
            line.log("login needed: open the link in a browser");
        } else {
            line.addKeyValue("code", login.userCode())
                    .log("login needed: open the link in any browser and enter the code");
        }
    }
}
