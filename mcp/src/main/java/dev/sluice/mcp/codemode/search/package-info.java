/// Finds tools by words.
@NullMarked
package dev.sluice.mcp.codemode.search;

import org.jspecify.annotations.NullMarked;
