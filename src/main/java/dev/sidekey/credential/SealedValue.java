package dev.sidekey.credential;

import java.util.Arrays;

/** The sealed bytes of an entry: no store can read them. Immutable; safe on every thread. */
public final class SealedValue {
    private final byte[] bytes;

    private SealedValue(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of the given bytes. */
    public static SealedValue of(byte[] bytes) {
        return new SealedValue(bytes.clone());
    }

    /** A copy of what is inside. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealedValue value && Arrays.equals(bytes, value.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "SealedValue[" + bytes.length + " bytes]";
    }
}
