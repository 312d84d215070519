/// Servers behind HTTP: of the modern era, of the legacy era with sessions, and the old ones with
/// one stream of events.
@NullMarked
package dev.sluice.mcp.upstream.streamable;

import org.jspecify.annotations.NullMarked;
