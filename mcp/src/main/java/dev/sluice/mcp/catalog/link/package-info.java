/// The ways to servers: made from declarations and secrets, replaced while calls are under way.
@NullMarked
package dev.sluice.mcp.catalog.link;

import org.jspecify.annotations.NullMarked;
