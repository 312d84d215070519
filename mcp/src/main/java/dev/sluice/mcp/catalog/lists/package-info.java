/// What servers list: fetched with all pages, kept, and asked for again.
@NullMarked
package dev.sluice.mcp.catalog.lists;

import org.jspecify.annotations.NullMarked;
