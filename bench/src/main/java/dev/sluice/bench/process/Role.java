package dev.sluice.bench.process;

/// The parts of a gateway whose cost is counted.
public enum Role {
  ENVOY,
  JVM,
  REDIS
}
