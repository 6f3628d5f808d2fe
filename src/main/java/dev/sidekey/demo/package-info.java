/**
 * A protected MCP server with its own authorization server on loopback, so that a newcomer sees the
 * whole flow offline. Not on any road a real request takes.
 */
@NullMarked
package dev.sidekey.demo;

import org.jspecify.annotations.NullMarked;
