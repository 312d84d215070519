/// Tools of the gateway's own.
@NullMarked
package dev.sluice.mcp.serve.meta;

import org.jspecify.annotations.NullMarked;
