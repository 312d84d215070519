package dev.sluice.mcp.upstream.guard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The addresses of version 4 that an address of version 6 stands for on its way.
final class Embedded {

  private static final AddressRange NAT64 = AddressRange.known("64:ff9b::/96");
  private static final AddressRange LOCAL_NAT64 = AddressRange.known("64:ff9b:1::/48");
  private static final AddressRange SIX_TO_FOUR = AddressRange.known("2002::/16");
  private static final AddressRange TEREDO = AddressRange.known("2001::/32");
  private static final AddressRange COMPATIBLE = AddressRange.known("::/96");

  private Embedded() {}

  /// The address itself, and what it stands for.
  static List<InetAddress> all(InetAddress address) {
    var all = new ArrayList<InetAddress>();
    all.add(address);
    var bytes = address.getAddress();
    if (bytes.length != 16) {
      return all;
    }
    if (NAT64.contains(address) || LOCAL_NAT64.contains(address) || COMPATIBLE.contains(address)) {
      all.add(part(bytes, 12, 0));
    }
    if (SIX_TO_FOUR.contains(address)) {
      all.add(part(bytes, 2, 0));
    }
    if (TEREDO.contains(address)) {
      all.add(part(bytes, 12, 0xff));
    }
    return all;
  }

  private static InetAddress part(byte[] bytes, int from, int mask) {
    var four = Arrays.copyOfRange(bytes, from, from + 4);
    for (var i = 0; i < four.length; i++) {
      four[i] ^= (byte) mask;
    }
    try {
      return InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("BUG: four bytes are an address", e);
    }
  }
}
