/// Which addresses a server may have: not those of the machine and the cluster that run us.
@NullMarked
package dev.sluice.mcp.upstream.guard;

import org.jspecify.annotations.NullMarked;
