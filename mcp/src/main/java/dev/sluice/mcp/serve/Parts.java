package dev.sluice.mcp.serve;

import dev.sluice.core.mcp.Admissions;
import dev.sluice.core.mcp.SessionBus;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.serve.meta.MetaToolSet;
import dev.sluice.mcp.serve.session.Seal;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What the service is made of.
///
/// @param keys those of the policy in force
/// @param seal with the secret that all replicas share
/// @param bus to the other replicas
/// @param origins of pages in browsers that may ask, beside those of this machine
public record Parts(
    Catalog catalog,
    ToolCalls calls,
    MetaToolSet meta,
    Admissions admissions,
    Function<KeyDigest, Optional<KeyPolicy>> keys,
    Seal seal,
    SessionBus bus,
    Set<String> origins) {

  public Parts {
    origins = Set.copyOf(origins);
  }
}
