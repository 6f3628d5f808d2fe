package dev.sidekey.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.authorization.BearerCredential;
import dev.sidekey.authorization.Call;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whose each MCP session is: after a new login as another person the old session id belongs to
 * somebody else, and is answered like one that is gone (2.2 rule 11). Bounded: of what was
 * forgotten the upstream judges. Safe on every thread; a read is one map lookup.
 */
public final class Sessions {
    private static final AsciiString SESSION_ID = AsciiString.cached("mcp-session-id");
    private static final Duration MEMORY = Duration.ofHours(24);
    private static final int BOUND = 100_000;

    private final Cache<String, Session> sessions =
            Caffeine.newBuilder().maximumSize(BOUND).expireAfterAccess(MEMORY).build();

    private record Session(String upstream, Object holder) {
        boolean is(Call call, Object other) {
            return holder.equals(other) && upstream.equals(call.upstream().name());
        }
    }

    /** Notes the session that a response names. */
    void note(HttpResponse head, Call call, BearerCredential shown) {
        var id = head.headers().get(SESSION_ID);
        if (id == null) {
            return;
        }
        var known = sessions.getIfPresent(id);
        if (known == null || !known.is(call, shown.holder())) {
            sessions.put(id, new Session(call.upstream().name(), shown.holder()));
        }
    }

    /** What a client understands as a session that is over: it initializes anew. */
    static FullHttpResponse gone(String upstream) {
        return AgentAnswer.plain(
                404,
                "session_of_another_account",
                "this session at " + upstream + " was begun as another account; begin a new one");
    }

    /** Whether the request goes on in a session that another person began at this upstream. */
    boolean isAnothers(HttpRequest request, Call call, @Nullable BearerCredential shown) {
        var id = request.headers().get(SESSION_ID);
        if (id == null || shown == null) {
            return false;
        }
        var known = sessions.getIfPresent(id);
        return known != null
                && known.upstream().equals(call.upstream().name())
                && !known.is(call, shown.holder());
    }
}
