/// Resources of servers that somebody watches.
@NullMarked
package dev.sluice.mcp.upstream.resource;

import org.jspecify.annotations.NullMarked;
