/// Runs programs for callers: whose turn it is, what their calls come to, what is told of the end.
@NullMarked
package dev.sluice.mcp.codemode.run;

import org.jspecify.annotations.NullMarked;
