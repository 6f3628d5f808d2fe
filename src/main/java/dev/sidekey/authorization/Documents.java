package dev.sidekey.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.OAuthFailure;
import java.net.URI;
import java.util.Map;

/** Reads metadata documents and tells "not there" from "not reachable". */
interface Documents {

    /** Reads one document. Blocks, bounded in time and size. */
    Reading get(UpstreamConfig upstream, URI location, Map<String, String> headers);

    /** What came of it. */
    sealed interface Reading {}

    /** A JSON object. */
    record Found(JsonNode json) implements Reading {}

    /** Not there: an HTTP error of the client's kind, or a page that is not JSON (P7). */
    record Absent() implements Reading {}

    /** The server cannot be asked: network, time, size, address, or an error of its own. */
    record Broken(OAuthFailure failure) implements Reading {}
}
