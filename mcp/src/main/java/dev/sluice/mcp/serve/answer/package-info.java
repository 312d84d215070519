/// What each method is answered with.
@NullMarked
package dev.sluice.mcp.serve.answer;

import org.jspecify.annotations.NullMarked;
