/**
 * {@code make bench}: Sidekey beside what a user would take instead, measured in one run on one
 * machine. No test: nothing here runs in CI but the compiler.
 */
package dev.sidekey.bench;
