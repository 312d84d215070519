package dev.sluice.core.policy;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/// The requests that a model takes, as far as models differ in it.
///
/// @param kind models of one kind take the same requests but for their limits and single features
/// @param features what a request may ask for, as dotted names of fields, with `=` and the value
///   where the value matters: `thinking.type=adaptive`
/// @param outputTokensMax the most that `max_tokens` may be
public record Requests(String kind, Set<String> features, long outputTokensMax) {
  public Requests {
    // In an order that is the same in every process: the snapshot's version is made of it.
    features = Collections.unmodifiableSet(new TreeSet<>(features));
  }
}
