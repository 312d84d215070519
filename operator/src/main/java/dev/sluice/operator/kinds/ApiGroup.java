package dev.sluice.operator.kinds;

/// The API group of the four kinds.
public final class ApiGroup {

  public static final String NAME = "sluice.dev";
  public static final String VERSION = "v1alpha1";

  private ApiGroup() {}
}
