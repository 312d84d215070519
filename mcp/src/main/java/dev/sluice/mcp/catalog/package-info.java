/// The declared servers, each with its connection and what it offers now.
@NullMarked
package dev.sluice.mcp.catalog;

import org.jspecify.annotations.NullMarked;
