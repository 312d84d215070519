package dev.sluice.prove;

import dev.sluice.demo.parts.GatewayProcess;

/// How the first gateway dies, always by SIGKILL.
enum Kill {
  JVM_ALONE("SIGKILL hits the JVM alone: Envoy outlives it for a moment") {
    @Override
    void hit(GatewayProcess gateway) {
      gateway.killJvm();
    }
  },
  WHOLE_TREE("SIGKILL hits the whole process tree: the JVM, Envoy and their guards") {
    @Override
    void hit(GatewayProcess gateway) {
      gateway.killTree();
    }
  };

  private final String title;

  Kill(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  abstract void hit(GatewayProcess gateway);
}
