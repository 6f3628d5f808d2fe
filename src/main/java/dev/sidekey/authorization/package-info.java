/**
 * From a refusal to a token. A refused request enters through Authorizer, the one seam between
 * traffic and OAuth; a granted token, a login link or a reason leaves. Blocking code on virtual
 * threads; reading a held token is a plain memory read that event loops may do.
 */
@NullMarked
package dev.sidekey.authorization;

import org.jspecify.annotations.NullMarked;
