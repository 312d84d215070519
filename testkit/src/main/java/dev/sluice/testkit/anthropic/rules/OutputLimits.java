package dev.sluice.testkit.anthropic.rules;

import java.util.Optional;

/// How many tokens a model can write at most; empty for a model that does not exist.
@FunctionalInterface
public interface OutputLimits {

  Optional<Long> of(String model);
}
