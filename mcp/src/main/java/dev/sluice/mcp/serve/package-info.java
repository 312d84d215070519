/// The client's side of the gateway for tools: MCP over HTTP, in both eras.
@NullMarked
package dev.sluice.mcp.serve;

import org.jspecify.annotations.NullMarked;
