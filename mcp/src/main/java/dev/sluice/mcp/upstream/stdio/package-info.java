/// Servers that are programs: started without a shell, with a clean environment, and ended with all
/// that they started.
@NullMarked
package dev.sluice.mcp.upstream.stdio;

import org.jspecify.annotations.NullMarked;
