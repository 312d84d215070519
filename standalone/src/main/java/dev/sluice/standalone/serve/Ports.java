package dev.sluice.standalone.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Addresses to listen on.
public final class Ports {

  private Ports() {}

  /// Envoy shares a port with whoever else shares it, so that two gateways on one port would each
  /// get some of the requests: told here instead.
  public static void requireFree(String option, HostPort address) throws UsageException {
    try (var socket = new ServerSocket()) {
      socket.bind(of(option, address));
    } catch (IOException e) {
      throw new UsageException(option + " " + address + ": " + e.getMessage());
    }
  }

  static InetSocketAddress of(String option, HostPort address) throws UsageException {
    try {
      return new InetSocketAddress(InetAddress.getAllByName(address.host())[0], address.port());
    } catch (IOException e) {
      throw new UsageException(option + " " + address + " (expected: an address of this machine)");
    }
  }
}
