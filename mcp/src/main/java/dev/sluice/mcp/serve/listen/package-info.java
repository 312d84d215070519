/// Streams on which clients hear of changes.
@NullMarked
package dev.sluice.mcp.serve.listen;

import org.jspecify.annotations.NullMarked;
