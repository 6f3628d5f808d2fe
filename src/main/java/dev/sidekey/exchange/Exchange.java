package dev.sidekey.exchange;

import dev.sidekey.authorization.Authorization;
import dev.sidekey.authorization.Authorization.PassOn;
import dev.sidekey.authorization.BearerCredential;
import dev.sidekey.authorization.Call;
import dev.sidekey.authorization.Held;
import dev.sidekey.authorization.Refusal;
import dev.sidekey.threads.OffLoop;
import dev.sidekey.upstream.Attempt;
import dev.sidekey.upstream.AttemptFailure;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One client request and every attempt made upstream on its behalf. Confined to the client's event
 * loop, which the upstream connection shares: no locks, no volatile fields. Every {@code on…}
 * method is an event; each takes ownership of the message it is given.
 */
public final class Exchange implements Attempt.Listener {
    private final ExchangeRooms rooms;
    private final Client client;
    private final HttpRequest request;
    private final ReplayableBody body;
    private final @Nullable Call call;
    private final Ladder ladder;
    private final ExchangeRecord record;

    private Route route;
    private Phase phase = Phase.SENDING;
    private Attempt attempt = NoAttempt.INSTANCE;
    private @Nullable BearerCredential presented;
    private @Nullable ResponseRelay relay;
    private @Nullable Trouble trouble;

    /** An exchange for a request whose body is still to come; {@link #start} sets it off. */
    public Exchange(
            ExchangeRooms rooms, Client client, HttpRequest request, Route route, Agent agent) {
        this.rooms = rooms;
        this.client = client;
        this.request = request;
        this.route = route;
        this.call = rooms.callFor(request, route, agent);
        this.ladder = new Ladder(request.method());
        this.record = rooms.record(request, route, call);
        this.body = new ReplayableBody(rooms.replayLimit(call != null));
    }

    /** Sends the request, once there is a credential to send with it if one is known of. */
    public void start() {
        switch (rooms.held(call)) {
            case Held.Nothing _ -> send(null);
            case Held.Usable usable -> send(usable.credential());
            case Held.Expired _ -> await(rooms.authorizer().renew(theCall()));
        }
    }

    private Call theCall() {
        return Objects.requireNonNull(call, "asked only where Sidekey acts");
    }

    private void send(@Nullable BearerCredential credential) {
        if (call != null && rooms.sessions().isAnothers(request, call, credential)) {
            answer(Sessions.gone(theCall().upstreamName()));
            return;
        }
        phase = Phase.SENDING;
        presented = credential;
        var head = RequestHeaders.write(request, route, call != null, credential);
        record.onSend(credential, head);
        attempt = rooms.attempts(route).begin(client.loop(), route.origin(), head, this);
        body.replay(attempt::write);
        body.askFor(client, attempt);
    }

    /** A part of the request's body. */
    public void onRequestPart(HttpContent part) {
        record.onRequestPart(part);
        body.add(part);
        attempt.write(part);
        if (phase == Phase.ANSWERING) {
            answerWhenWhole();
        } else if (phase != Phase.DONE) {
            body.askFor(client, attempt);
        }
    }

    /** All of the request that has come so far was given. */
    public void onRequestRead() {
        attempt.flush();
    }

    /** The client takes more again. */
    public void onClientWritable() {
        if (phase == Phase.STREAMING) {
            attempt.read();
        }
    }

    /** The client is gone: for the newest revision that is a cancel (2.2 rule 3). */
    public void onClientGone() {
        if (phase != Phase.DONE) {
            end();
        }
    }

    /** Sidekey stops: event streams end, cleanly; see {@link ResponseRelay#endEarly}. */
    public void onDraining(boolean over) {
        if (phase == Phase.STREAMING && relay != null && relay.endEarly(over)) {
            record.complete();
            end();
            client.finished(false);
        }
    }

    private void end() {
        phase = Phase.DONE;
        record.abandon();
        attempt.abandon();
        if (relay != null) {
            relay.release();
        }
        body.release();
    }

    @Override
    public void onInformational(HttpResponse head) {
        if (phase == Phase.SENDING) {
            client.inform(head);
        }
    }

    @Override
    public void onHead(HttpResponse head) {
        int status = head.status().code();
        if (call != null && (status == 401 || status == 403)) {
            onRefusal(Refusal.read(status, rooms.challenges(head)), head);
            return;
        }
        ladder.onAccepted(presented, head);
        rooms.accepted(head, call, presented);
        var next = call != null && body.isReplayable() ? ladder.redirect(head, route) : null;
        if (call != null && next != null && rooms.actsOn(next, call)) {
            follow(next);
        } else {
            stream(head);
        }
    }

    private void follow(Route next) {
        attempt.abandon();
        route = next;
        send(presented);
    }

    private void onRefusal(Refusal refusal, HttpResponse head) {
        switch (ladder.onRefusal(presented, refusal, head, body.isReplayable())) {
            case RESEND -> follow(route);
            case TOO_LATE -> answer(Trouble.nonceTooLate(theCall().upstreamName()));
            case GIVE_UP -> giveUp(head);
            case AUTHORIZE -> authorize(refusal, head);
        }
    }

    private void authorize(Refusal refusal, HttpResponse head) {
        var asked = rooms.authorize(record, theCall(), refusal, presented);
        if (asked.getNow(null) instanceof PassOn) {
            giveUp(head);
            return;
        }
        record.onChallenge(head.status().code());
        if (body.isReplayable()) {
            await(asked);
        } else {
            answer(Trouble.tooLarge(theCall().upstreamName()));
        }
    }

    /** A 403 that nothing cures is the upstream's own answer; a 401 never reaches the agent. */
    private void giveUp(HttpResponse head) {
        if (head.status().code() == 403) {
            stream(head);
        } else {
            answer(Trouble.stillRefused(theCall().upstreamName()));
        }
    }

    private void await(CompletableFuture<Authorization> asked) {
        phase = Phase.AUTHORIZING;
        attempt.abandon();
        attempt = NoAttempt.INSTANCE;
        body.askFor(client, attempt);
        OffLoop.home(client.loop(), asked)
                .addListener((Future<Authorization> done) -> onAuthorization(done.getNow()));
    }

    private void onAuthorization(@Nullable Authorization authorization) {
        if (phase == Phase.AUTHORIZING) {
            switch (Verdict.of(authorization, theCall().upstreamName(), body.isReplayable())) {
                case Verdict.Resend resend -> send(resend.credential());
                case Verdict.Answer own -> answer(own.trouble());
            }
        }
    }

    private void stream(HttpResponse head) {
        phase = Phase.STREAMING;
        body.release();
        record.onHead(head);
        relay = rooms.relay(client, request, head, route, call);
        attempt.read();
    }

    @Override
    public void onSwitched(HttpResponse head, Channel upstream) {
        end();
        client.switchProtocols(
                ResponseHeaders.switching(head, route), own -> rooms.tunnel(own, upstream));
    }

    @Override
    public void onContent(HttpContent part) {
        if (phase != Phase.STREAMING || relay == null) {
            part.release();
            return;
        }
        record.onResponsePart(part);
        if (!relay.relay(part)) {
            end();
            client.abort();
        } else if (part instanceof LastHttpContent) {
            client.flush();
            phase = Phase.DONE;
            record.complete();
            client.finished(body.isWhole());
        }
    }

    @Override
    public void onReadComplete(boolean all) {
        if (phase == Phase.STREAMING) {
            if (all) {
                client.flush();
            }
            if (client.isWritable()) {
                attempt.read();
            }
        }
    }

    @Override
    public void onWritabilityChanged() {
        body.askFor(client, attempt);
    }

    @Override
    public void onFailed(AttemptFailure failure) {
        if (phase == Phase.STREAMING) {
            end();
            client.abort();
        } else if (phase == Phase.SENDING && body.isReplayable() && ladder.retriesOnce(failure)) {
            send(presented);
        } else if (phase == Phase.SENDING) {
            answer(rooms.failed(failure, route));
        }
    }

    private void answer(Trouble found) {
        trouble = found;
        phase = Phase.ANSWERING;
        attempt.abandon();
        attempt = NoAttempt.INSTANCE;
        answerWhenWhole();
    }

    private void answerWhenWhole() {
        if (trouble == null || (!body.isWhole() && body.hasRoom())) {
            client.read();
        } else {
            answer(AgentAnswer.to(request, body.bytes(), trouble));
        }
    }

    private void answer(FullHttpResponse response) {
        var whole = body.isWhole();
        record.answered(response, trouble);
        end();
        client.send(response);
        client.finished(whole);
    }
}
