package dev.sidekey.authorization;

import dev.sidekey.grant.StaticHeader.Header;
import dev.sidekey.telemetry.Audit;
import io.netty.util.AsciiString;
import java.util.function.BiConsumer;

/** A fixed header, ready to be shown. Immutable. */
final class StaticCredential implements BearerCredential {
    private final AsciiString name;
    private final AsciiString value;
    private final Audit.Used used;
    private final Held.Usable usable = new Held.Usable(this);

    StaticCredential(Header header) {
        this.name = AsciiString.of(header.name());
        this.value = AsciiString.of(header.value().reveal());
        this.used = new Audit.Used(header.name(), "", header.value().fingerprint());
    }

    @Override
    public void present(String method, String url, BiConsumer<CharSequence, CharSequence> headers) {
        headers.accept(name, value);
    }

    /** It is shown whether it was accepted or not: there is no other. */
    @Override
    public void accepted() {}

    /** Another value may be another person's; it makes another instance. */
    @Override
    public Object holder() {
        return this;
    }

    @Override
    public Audit.Used used() {
        return used;
    }

    Held.Usable usable() {
        return usable;
    }

    boolean isSameAs(Header header) {
        return name.contentEquals(header.name()) && value.contentEquals(header.value().reveal());
    }
}
