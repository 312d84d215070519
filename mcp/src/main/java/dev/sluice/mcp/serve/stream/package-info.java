/// Streams of events to clients, kept for a while so that they can be taken up again.
@NullMarked
package dev.sluice.mcp.serve.stream;

import org.jspecify.annotations.NullMarked;
