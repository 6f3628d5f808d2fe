/**
 * How files are kept from other eyes: encryption under the operator's key, and writing that leaves
 * the old content or the new one. A leaf that the credential and certificate rooms share; it knows
 * neither. Blocks; runs on virtual threads.
 */
@NullMarked
package dev.sidekey.seal;

import org.jspecify.annotations.NullMarked;
