package dev.sidekey.credential;

/**
 * Which client registration: bound to its issuer (B1, B2), and to a redirect URI, which the
 * authorization server compares. Opaque strings, compared byte for byte.
 */
public record RegistrationKey(String account, String issuer, String resource, String redirectUri) {}
