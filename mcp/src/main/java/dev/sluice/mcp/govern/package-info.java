/// What a call of a tool must pass: permission, limits, money, and the record of it.
@NullMarked
package dev.sluice.mcp.govern;

import org.jspecify.annotations.NullMarked;
