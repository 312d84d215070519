package dev.sluice.core.listing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A tool that waits for approval. Its fields are the ones of JSON and YAML.
///
/// @param namespace of its server
/// @param state `Changed`, `New` or `NotApproved`
/// @param suspicions sentences about what is odd in it
/// @param digest of the present definition: what an approval names
/// @param recorded the definition on record, as JSON; null where there is none
/// @param current the present one; null where nobody tells it
public record HiddenTool(
    String namespace,
    String server,
    String tool,
    String state,
    List<String> suspicions,
    String digest,
    @Nullable String recorded,
    @Nullable String current) {

  public HiddenTool {
    suspicions = List.copyOf(suspicions);
  }
}
