/// Runs programs of models apart from everything: what they can reach is the tools they are given.
@NullMarked
package dev.sluice.mcp.sandbox;

import org.jspecify.annotations.NullMarked;
