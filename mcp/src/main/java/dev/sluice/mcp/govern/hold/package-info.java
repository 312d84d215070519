/// Holds of calls of tools: how they are taken, kept and ended.
@NullMarked
package dev.sluice.mcp.govern.hold;

import org.jspecify.annotations.NullMarked;
