/// The MCP gateway: what keys may use of the servers that a platform team declared.
@NullMarked
package dev.sluice.mcp;

import org.jspecify.annotations.NullMarked;
