package dev.sluice.mcp.serve.session;

import dev.sluice.mcp.serve.session.Kept.Watched;
import java.util.Optional;
import java.util.Set;

/// What all gateways remember of a session together.
public record Remembered(boolean ended, Optional<String> level, Set<Watched> watched) {

  public Remembered {
    watched = Set.copyOf(watched);
  }
}
