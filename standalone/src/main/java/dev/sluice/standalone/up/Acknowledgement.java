package dev.sluice.standalone.up;

import dev.sluice.standalone.child.Supervisor;
import dev.sluice.xds.ads.AdsServer;

/// Whether Envoy serves what it has acknowledged. While it is handed a change, it goes on with what
/// it has acknowledged before.
final class Acknowledgement {

  private final AdsServer ads;
  private final Supervisor envoy;
  private boolean once;

  Acknowledgement(AdsServer ads, Supervisor envoy) {
    this.ads = ads;
    this.envoy = envoy;
  }

  synchronized boolean holds() {
    once = envoy.serving() && (once || ads.acknowledged());
    return once;
  }
}
