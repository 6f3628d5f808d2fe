package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a token comes from each time it is needed (M10): a file that is rotated, a command, or a
 * metadata service.
 *
 * @param file read anew each time
 * @param command argument vector, no shell; the token is what it prints
 * @param url of a metadata service; the operator's word, so that no address rule holds for its host
 * @param headers of the request to it
 * @param bearer of the request to it
 * @param member of its JSON answer; null for a well-known one, or the whole text
 * @param type token type, short or as URN; null for the grant's own choice
 */
public record TokenSourceConfig(
        @Setting(doc = "A file that holds it, read anew each time.") @Nullable Path file,
        @Setting(doc = "A command that prints it: [program, argument, …], without a shell.")
                List<String> command,
        @Setting(doc = "A metadata service that answers it.") @Nullable URI url,
        @Setting(doc = "Headers of that request, such as Metadata-Flavor: Google.")
                Map<String, String> headers,
        @Setting(doc = "Bearer token of that request.") @Nullable Secret bearer,
        @Setting(
                        doc =
                                "The member of a JSON answer that holds it; value, access_token, id_token or token by default.")
                @Nullable String member,
        @Setting(doc = "Its type: id_token, access_token, refresh_token, jwt, saml2 or a URN.")
                @Nullable String type) {

    /** No source. */
    public static TokenSourceConfig none() {
        return new TokenSourceConfig(null, List.of(), null, Map.of(), null, null, null);
    }

    /** Whether there is one. */
    public boolean isGiven() {
        return file != null || !command.isEmpty() || url != null;
    }
}
