/// The connections to servers: one for each that is declared, kept up, and watched.
@NullMarked
package dev.sluice.mcp.upstream;

import org.jspecify.annotations.NullMarked;
