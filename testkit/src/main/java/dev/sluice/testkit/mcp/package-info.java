/// Simulated servers of tools: one for each era and transport of MCP, strict about what they are
/// sent, and able to lie, stall, flood and break off when a script says so.
@NullMarked
package dev.sluice.testkit.mcp;

import org.jspecify.annotations.NullMarked;
