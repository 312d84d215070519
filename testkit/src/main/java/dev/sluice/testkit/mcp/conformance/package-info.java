/// The official conformance suite of MCP, and a server that has what it asks for.
@NullMarked
package dev.sluice.testkit.mcp.conformance;

import org.jspecify.annotations.NullMarked;
