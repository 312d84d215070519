/// The other gateways of the installation: what is heard of them, and streams that clients read at
/// one and that another one has.
@NullMarked
package dev.sluice.mcp.serve.neighbour;

import org.jspecify.annotations.NullMarked;
