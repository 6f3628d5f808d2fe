package dev.sidekey.exchange;

import dev.sidekey.upstream.Attempt;
import io.netty.handler.codec.http.HttpContent;

/** Stands where no attempt is under way: takes nothing, gives nothing. */
enum NoAttempt implements Attempt {
    INSTANCE;

    @Override
    public void write(HttpContent content) {
        content.release();
    }

    @Override
    public void flush() {
        // nothing was written
    }

    @Override
    public boolean isWritable() {
        return false;
    }

    @Override
    public void read() {
        // nothing will come
    }

    @Override
    public void abandon() {
        // there is nothing to give up
    }
}
