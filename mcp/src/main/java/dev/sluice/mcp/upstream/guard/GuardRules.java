package dev.sluice.mcp.upstream.guard;

import dev.sluice.core.mcp.ApiServer;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What may not be called, and what may be in spite of that.
///
/// @param refused ranges beyond those that are always refused: what a platform team wants closed,
///   and the Service of the API server
/// @param apiServers its own addresses
/// @param refusedNames hosts by name, and all below them
/// @param allowed what a platform team lets: it wins over all of these
public record GuardRules(
    List<AddressRange> refused,
    Set<ApiServer> apiServers,
    Set<String> refusedNames,
    List<Allowed> allowed) {

  /// Loopback, link-local with the metadata services in it, multicast, and what is nowhere.
  private static final List<AddressRange> ALWAYS =
      List.of(
          AddressRange.known("0.0.0.0/8"),
          AddressRange.known("127.0.0.0/8"),
          AddressRange.known("169.254.0.0/16"),
          AddressRange.known("192.0.0.0/24"),
          AddressRange.known("198.18.0.0/15"),
          AddressRange.known("224.0.0.0/4"),
          AddressRange.known("240.0.0.0/4"),
          AddressRange.known("::/128"),
          AddressRange.known("::1/128"),
          AddressRange.known("fe80::/10"),
          AddressRange.known("fec0::/10"),
          AddressRange.known("ff00::/8"),
          // The metadata services of Amazon by version 6, of Alibaba, and of Azure's host.
          AddressRange.known("fd00:ec2::/32"),
          AddressRange.known("fd20:ce::254/128"),
          AddressRange.known("100.100.100.200/32"),
          AddressRange.known("168.63.129.16/32"));

  private static final Set<String> NAMES =
      Set.of(
          "localhost",
          "metadata",
          "metadata.google.internal",
          "instance-data",
          "kubernetes",
          "kubernetes.default",
          "kubernetes.default.svc");

  /// The Service of the API server, whatever the cluster's domain is.
  private static final String API_SERVICE = "kubernetes.default.svc.";

  public static final GuardRules STANDARD = new GuardRules(List.of(), Set.of(), NAMES, List.of());

  public GuardRules {
    refused = List.copyOf(refused);
    apiServers = Set.copyOf(apiServers);
    refusedNames = Set.copyOf(refusedNames);
    allowed = List.copyOf(allowed);
  }

  public GuardRules refusing(List<AddressRange> ranges) {
    return new GuardRules(ranges, apiServers, refusedNames, allowed);
  }

  public GuardRules keepingOff(Set<ApiServer> servers) {
    return new GuardRules(refused, servers, refusedNames, allowed);
  }

  public GuardRules allowing(List<Allowed> targets) {
    return new GuardRules(refused, apiServers, refusedNames, targets);
  }

  boolean allows(String host, int port) {
    return allowed.stream().anyMatch(a -> a.matches(host, port));
  }

  boolean allows(InetAddress address, int port) {
    return allowed.stream().anyMatch(a -> a.matches(address, port));
  }

  boolean refuses(String host) {
    var plain = host.toLowerCase(Locale.ROOT);
    return plain.startsWith(API_SERVICE)
        || refusedNames.stream().anyMatch(n -> plain.equals(n) || plain.endsWith("." + n));
  }

  boolean refuses(InetAddress address, int port) {
    return Embedded.all(address).stream()
        .anyMatch(
            a -> in(ALWAYS, a) || in(refused, a) || a.isMulticastAddress() || isApiServer(a, port));
  }

  private boolean isApiServer(InetAddress address, int port) {
    return apiServers.stream().anyMatch(server -> server.listensAt(address, port));
  }

  private static boolean in(List<AddressRange> ranges, InetAddress address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }
}
