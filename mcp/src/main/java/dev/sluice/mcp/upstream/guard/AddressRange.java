package dev.sluice.mcp.upstream.guard;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/// A range of addresses, such as `10.0.0.0/8` or `fe80::/10`.
public record AddressRange(InetAddress start, int bits) {

  /// Empty where the text is no range and no address; a name is never looked up.
  public static Optional<AddressRange> of(String text) {
    var slash = text.indexOf('/');
    try {
      var start = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      var all = start.getAddress().length * 8;
      var bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      return bits < 0 || bits > all ? Optional.empty() : Optional.of(new AddressRange(start, bits));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  static AddressRange known(String text) {
    return of(text).orElseThrow(() -> new IllegalStateException("BUG: no range: " + text));
  }

  public boolean contains(InetAddress address) {
    var ours = start.getAddress();
    var theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    var whole = bits / 8;
    if (!Arrays.equals(ours, 0, whole, theirs, 0, whole)) {
      return false;
    }
    var left = bits % 8;
    return left == 0 || ((ours[whole] ^ theirs[whole]) & 0xff) >> (8 - left) == 0;
  }
}
