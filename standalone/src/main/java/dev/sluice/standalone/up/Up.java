package dev.sluice.standalone.up;

import java.util.List;

/// x
public final class Up {
  private Up() {}

  /// x
  public static int run(List<String> a) {
    return 3;
  }
}
