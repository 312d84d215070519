package dev.sluice.mcp.upstream.guard;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/// What a platform team lets be called: a host by its name or a range of addresses, at one port or
/// at all.
public sealed interface Allowed {

  int ANY_PORT = 0;

  /// A host by its name, wherever that leads.
  record Host(String name, int port) implements Allowed {}

  /// A range of addresses, under whatever name.
  record Range(AddressRange range, int port) implements Allowed {}

  /// Reads `host`, `host:port`, `10.0.0.0/8`, `10.0.0.1:8080`, `[fd00::1]:8080`.
  static Optional<Allowed> of(String text) {
    var colon = text.lastIndexOf(':');
    var single = colon >= 0 && text.indexOf(':') == colon;
    var hasPort = single || text.contains("]:");
    var port = hasPort ? port(text.substring(colon + 1)) : Optional.of(ANY_PORT);
    if (port.isEmpty()) {
      return Optional.empty();
    }
    var host = (hasPort ? text.substring(0, colon) : text).replaceAll("[\\[\\]]", "");
    var range = AddressRange.of(host);
    if (range.isPresent()) {
      return Optional.of(new Range(range.get(), port.get()));
    }
    return host.matches("[A-Za-z0-9._-]+")
        ? Optional.of(new Host(host.toLowerCase(Locale.ROOT), port.get()))
        : Optional.empty();
  }

  private static Optional<Integer> port(String text) {
    return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65535
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  default boolean matches(String host, int port) {
    return this instanceof Host(var name, var only)
        && name.equals(host.toLowerCase(Locale.ROOT))
        && fits(only, port);
  }

  default boolean matches(InetAddress address, int port) {
    return this instanceof Range(var range, var only)
        && range.contains(address)
        && fits(only, port);
  }

  private static boolean fits(int only, int port) {
    return only == ANY_PORT || only == port;
  }
}
