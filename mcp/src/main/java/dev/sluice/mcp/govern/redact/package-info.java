/// What a record keeps of a call's content.
@NullMarked
package dev.sluice.mcp.govern.redact;

import org.jspecify.annotations.NullMarked;
