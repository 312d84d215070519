package dev.sluice.mcp.catalog.lists;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The last whole list of one kind that a server gave. Nobody writes to its trees.
///
/// @param ttl how long it is good
public record Stock(List<ObjectNode> items, Instant at, Duration ttl) {
  public Stock {
    items = List.copyOf(items);
  }
}
