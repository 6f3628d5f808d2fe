/**
 * A command that runs with its traffic through Sidekey: the environment and files that lead it
 * there, its signals and its end. Addresses and trust bundles enter; variables, files and an exit
 * status leave. Blocks; runs on the main thread.
 */
@NullMarked
package dev.sidekey.launch;

import org.jspecify.annotations.NullMarked;
