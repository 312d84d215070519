package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.catalog.Offered;

/// Which servers a request is about: its path says so.
public sealed interface Scope {

  /// `/mcp`: all that the key may use, under names that tell them apart.
  record All() implements Scope {}

  /// `/mcp/SERVER`: one, as it is.
  record One(Offered server) implements Scope {}
}
