/**
 * Our own certificate authority, for the hosts that Sidekey intercepts. A state directory and host
 * names enter; leaf certificates and trust bundles leave, as types of the JDK only. Blocks (files,
 * key pairs, signatures) on virtual threads; {@link LeafCertificates#held} alone is for event
 * loops.
 */
@NullMarked
package dev.sidekey.certificate;

import org.jspecify.annotations.NullMarked;
