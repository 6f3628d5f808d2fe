/**
 * Where Sidekey is put together. Arguments enter, a running proxy leaves; Main is the only class
 * that knows every room.
 */
@NullMarked
package dev.sidekey;

import org.jspecify.annotations.NullMarked;
