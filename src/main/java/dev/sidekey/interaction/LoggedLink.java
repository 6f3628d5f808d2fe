package dev.sidekey.interaction;

import dev.sidekey.oauth.Scopes;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the login link to the log: works everywhere, and is what a person without a browser near
 * looks for. The link is not a credential: whoever opens it is asked to log in (X12).
 */
public final class LoggedLink implements LoginNotice {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedLink.class);

    @Override
    public void loginNeeded(String upstream, String issuer, Scopes scopes, URI link) {
        LOG.atWarn()
                .addKeyValue("upstream", upstream)
                .addKeyValue("issuer", issuer)
                .addKeyValue("scopes", scopes)
                .addKeyValue("link", link)
                .log("login needed: open the link in a browser");
    }
}
