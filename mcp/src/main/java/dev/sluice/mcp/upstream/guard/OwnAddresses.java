package dev.sluice.mcp.upstream.guard;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The addresses of this machine, or of this pod: what listens there is not meant for servers of
/// tools, however private the network is.
final class OwnAddresses {

  private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);
  private static final Duration KEPT_MAX = Duration.ofSeconds(10);

  private Set<InetAddress> known = Set.of();
  private long readAt = System.nanoTime() - KEPT_MAX.toNanos();

  synchronized boolean contains(InetAddress address) {
    var now = System.nanoTime();
    if (now - readAt >= KEPT_MAX.toNanos()) {
      readAt = now;
      read();
    }
    return Embedded.all(address).stream().anyMatch(known::contains);
  }

  private void read() {
    try {
      known =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .collect(Collectors.toUnmodifiableSet());
    } catch (SocketException e) {
      LOG.warn("the addresses of this machine cannot be read: the last ones known are used", e);
    }
  }
}
