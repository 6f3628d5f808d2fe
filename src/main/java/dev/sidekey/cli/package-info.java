/**
 * The verbs of the command line. Arguments enter, calls to Main or to a running Sidekey's admin
 * listener leave, an exit status returns. Runs on the main thread.
 */
@NullMarked
package dev.sidekey.cli;

import org.jspecify.annotations.NullMarked;
