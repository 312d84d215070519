/// What servers ask of clients while a call runs.
@NullMarked
package dev.sluice.mcp.serve.ask;

import org.jspecify.annotations.NullMarked;
