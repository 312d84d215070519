/// HTTP/1.1 to a server: a connection to an address that was checked, and time limits for each
/// part.
@NullMarked
package dev.sluice.mcp.upstream.http;

import org.jspecify.annotations.NullMarked;
