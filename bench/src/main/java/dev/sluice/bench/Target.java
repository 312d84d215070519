package dev.sluice.bench;

import dev.sluice.bench.process.Started;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Something that requests are sent to: the upstream itself, or a gateway before it whose processes
/// are counted.
public record Target(Side side, InetSocketAddress address, Optional<Started> program)
    implements AutoCloseable {
  @Override
  public void close() {
    program.ifPresent(Started::close);
  }
}
