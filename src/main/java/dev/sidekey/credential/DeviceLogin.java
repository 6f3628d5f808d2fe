package dev.sidekey.credential;

import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.UserCode;
import java.time.Duration;

/**
 * What a login without a callback needs (RFC 8628 §3.2), so that any process can go on asking.
 *
 * @param deviceCode what is asked with
 * @param userCode what the person types
 * @param interval the least time between two questions
 */
public record DeviceLogin(Secret deviceCode, UserCode userCode, Duration interval) {}
