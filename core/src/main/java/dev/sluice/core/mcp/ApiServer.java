package dev.sluice.core.mcp;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.Optional;

/// An address of its own where the API server of the cluster that runs us listens: no server of
/// tools may be there.
///
/// @param port [#ANY_PORT] where all of the address is the API server's
public record ApiServer(InetAddress address, int port) implements Comparable<ApiServer> {

  public static final int ANY_PORT = 0;

  private static final Comparator<ApiServer> ORDER =
      Comparator.comparing((ApiServer server) -> server.address.getHostAddress())
          .thenComparing(ApiServer::port);

  public ApiServer {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: %d (expected: 0..65535)".formatted(port));
    }
  }

  /// Empty where the text is no address; a name is never looked up.
  public static Optional<ApiServer> of(String address, int port) {
    try {
      return Optional.of(new ApiServer(InetAddress.ofLiteral(address), port));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  public boolean listensAt(InetAddress other, int otherPort) {
    return address.equals(other) && (port == ANY_PORT || port == otherPort);
  }

  @Override
  public int compareTo(ApiServer other) {
    return ORDER.compare(this, other);
  }
}
