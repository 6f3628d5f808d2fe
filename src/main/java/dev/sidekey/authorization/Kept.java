package dev.sidekey.authorization;

import dev.sidekey.credential.Vault;
import java.time.Clock;

/**
 * What this room knows: on disk, in memory, and of what was tried.
 *
 * @param vault what is stored
 * @param held what is in memory
 * @param stepUps which step-ups were tried
 * @param setbacks which grants without a person failed
 * @param clock tells the time
 * @param news that something changed in the store
 */
record Kept(
        Vault vault,
        HeldCredentials held,
        StepUps stepUps,
        Setbacks setbacks,
        Clock clock,
        StoreNews news) {}
