/// Server-sent events: read with limits, and written.
@NullMarked
package dev.sluice.mcp.rpc.sse;

import org.jspecify.annotations.NullMarked;
