/// A call of a server, what comes of it, and the limits that it has.
@NullMarked
package dev.sluice.mcp.upstream.call;

import org.jspecify.annotations.NullMarked;
