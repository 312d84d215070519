/// An open connection to a server, whatever carries it: ids, who hears what, and the first words.
@NullMarked
package dev.sluice.mcp.upstream.peer;

import org.jspecify.annotations.NullMarked;
