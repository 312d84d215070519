package dev.sluice.wire.bedrock;

/// Models that take the same members beside those that Converse has for all.
public enum Family {
  CLAUDE,
  NOVA,
  OTHER;

  /// By a model's id. The ARN of an application's own profile does not tell: it counts as `OTHER`.
  public static Family of(String model) {
    if (model.contains("anthropic.")) {
      return CLAUDE;
    }
    return model.contains("amazon.nova") ? NOVA : OTHER;
  }
}
