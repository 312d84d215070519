/// What a result may be at most, and what becomes of one that is more.
@NullMarked
package dev.sluice.mcp.govern.bound;

import org.jspecify.annotations.NullMarked;
