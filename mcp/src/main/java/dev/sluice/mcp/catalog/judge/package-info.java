/// Which of a server's tools are served, and what is said of the others.
@NullMarked
package dev.sluice.mcp.catalog.judge;

import org.jspecify.annotations.NullMarked;
