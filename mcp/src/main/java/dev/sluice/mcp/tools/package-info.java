/// Tools of servers: what they are called, what their definitions are, and who may use them.
@NullMarked
package dev.sluice.mcp.tools;

import org.jspecify.annotations.NullMarked;
