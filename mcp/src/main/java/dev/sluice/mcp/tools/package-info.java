/// Tools of servers: what they are called, what their definitions are, and which are served.
@NullMarked
package dev.sluice.mcp.tools;

import org.jspecify.annotations.NullMarked;
