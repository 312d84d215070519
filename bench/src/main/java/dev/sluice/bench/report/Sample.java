package dev.sluice.bench.report;

import dev.sluice.bench.Side;
import dev.sluice.bench.Workload;
import dev.sluice.bench.load.Timings;
import dev.sluice.bench.process.Role;
import java.util.Map;

/// One workload on one target in one round.
public record Sample(
    int round,
    Workload workload,
    Side side,
    int requests,
    Timings timings,
    Map<Role, Long> cpuMicros,
    Map<Role, Long> residentKib) {
  /// Copies the maps.
  public Sample {
    cpuMicros = Map.copyOf(cpuMicros);
    residentKib = Map.copyOf(residentKib);
  }

  /// CPU time of one part for one request, in milliseconds.
  double cpuMillis(Role role) {
    return cpuMicros.getOrDefault(role, 0L) / 1e3 / requests;
  }

  /// CPU time of all parts for one request, in milliseconds.
  double cpuMillis() {
    return cpuMicros.values().stream().mapToLong(Long::longValue).sum() / 1e3 / requests;
  }
}
