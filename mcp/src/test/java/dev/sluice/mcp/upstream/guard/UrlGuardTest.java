package dev.sluice.mcp.upstream.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlGuardTest {

  private static UrlGuard leadingTo(GuardRules rules, String... addresses) {
    return new UrlGuard(
        rules, _ -> List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
  }

  private static Reason reason(UrlGuard guard, String url) {
    try {
      guard.addresses(URI.create(url));
      throw new AssertionError("let through: " + url);
    } catch (CallException e) {
      return e.failure().reason();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:1:1:1:1:80ff:fffe"
      })
  void refuses_a_name_that_leads_to_such_an_address(String address) {
    var guard = leadingTo(GuardRules.STANDARD, address);
    assertThat(reason(guard, "https://mcp.example.com/mcp")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
    var both = leadingTo(GuardRules.STANDARD, "93.184.215.14", address);
    assertThat(reason(both, "https://mcp.example.com/mcp")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"93.184.215.14", "10.1.2.3", "192.168.1.1", "2606:2800:21f:cb07::1"})
  void lets_other_addresses_through(String address) throws CallException {
    var guard = leadingTo(GuardRules.STANDARD, address);
    assertThat(guard.addresses(URI.create("https://mcp.example.com/mcp")))
        .containsExactly(InetAddress.ofLiteral(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://example.com/",
        "https://user:secret@example.com/mcp",
        "https://example.com/mcp#part",
        "mailto:someone@example.com",
        "http://localhost/mcp",
        "http://a.localhost/mcp",
        "https://kubernetes.default.svc/api",
        "https://kubernetes.default.svc.cluster.local/api",
        "https://KUBERNETES.default.svc.corp.example./api",
        "http://metadata.google.internal/computeMetadata"
      })
  void refuses_a_url_by_itself(String url) {
    var guard = leadingTo(GuardRules.STANDARD, "93.184.215.14");
    assertThat(reason(guard, url)).isEqualTo(Reason.FORBIDDEN_ADDRESS);
  }

  @Test
  void refuses_the_address_of_the_api_server() {
    var rules = GuardRules.STANDARD.refusing(List.of(AddressRange.known("10.96.0.1")));
    assertThat(reason(leadingTo(rules, "10.96.0.1"), "https://mcp.example.com/"))
        .isEqualTo(Reason.FORBIDDEN_ADDRESS);
    assertThat(reason(leadingTo(rules, "::ffff:10.96.0.1"), "https://mcp.example.com/"))
        .isEqualTo(Reason.FORBIDDEN_ADDRESS);
  }

  private static GuardRules keepingOff(String address, int port) {
    return GuardRules.STANDARD.keepingOff(Set.of(ApiServer.of(address, port).orElseThrow()));
  }

  @Test
  void refuses_the_api_servers_own_addresses_at_its_port_and_leaves_the_rest_of_the_node()
      throws CallException {
    var node = leadingTo(keepingOff("192.168.1.10", 6443), "192.168.1.10");
    assertThat(reason(node, "https://mcp.example.com:6443/")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
    assertThat(node.addresses(URI.create("http://mcp.example.com:30080/"))).hasSize(1);
    var standard = leadingTo(keepingOff("192.168.1.10", 443), "192.168.1.10");
    assertThat(reason(standard, "https://mcp.example.com/")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
    var mapped = leadingTo(keepingOff("192.168.1.10", 6443), "64:ff9b::c0a8:10a");
    assertThat(reason(mapped, "https://mcp.example.com:6443/")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
    var whole = leadingTo(keepingOff("fd00::10", ApiServer.ANY_PORT), "fd00::10");
    assertThat(reason(whole, "http://mcp.example.com:30080/")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
  }

  @Test
  void goes_by_the_rules_of_now() throws CallException {
    var rules = new AtomicReference<>(keepingOff("192.168.1.10", 6443));
    var guard =
        new UrlGuard(
            rules::get,
            host -> List.of(InetAddress.ofLiteral("192.168.1.1" + (host.equals("old") ? 0 : 1))));
    assertThat(guard.addresses(URI.create("https://new:6443/"))).hasSize(1);
    rules.set(keepingOff("192.168.1.11", 6443));
    assertThat(reason(guard, "https://new:6443/")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
    assertThat(guard.addresses(URI.create("https://old:6443/"))).hasSize(1);
  }

  @Test
  void what_is_allowed_is_let_through_whatever_refuses_it() throws CallException {
    var allowed = List.of(Allowed.of("10.1.2.3").orElseThrow());
    var closed = GuardRules.STANDARD.refusing(List.of(AddressRange.known("10.0.0.0/8")));
    assertThat(reason(leadingTo(closed, "10.1.2.3"), "http://mcp.example.com/"))
        .isEqualTo(Reason.FORBIDDEN_ADDRESS);
    var guard = leadingTo(closed.allowing(allowed), "10.1.2.3");
    assertThat(guard.addresses(URI.create("http://mcp.example.com/"))).hasSize(1);
    assertThat(reason(leadingTo(closed.allowing(allowed), "10.1.2.4"), "http://mcp.example.com/"))
        .isEqualTo(Reason.FORBIDDEN_ADDRESS);
    var asked = keepingOff("10.1.2.3", 6443).allowing(allowed);
    assertThat(leadingTo(asked, "10.1.2.3").addresses(URI.create("https://a:6443/"))).hasSize(1);
  }

  @Test
  void refuses_the_addresses_of_the_machine_itself_unless_they_are_allowed() throws Exception {
    var own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .map(InetAddress::getHostAddress)
            .map(address -> address.replaceAll("%.*", ""))
            .toList();
    assertThat(own).isNotEmpty();
    for (var address : own) {
      assertThat(reason(leadingTo(GuardRules.STANDARD, address), "http://mcp.example.com:9901/"))
          .isEqualTo(Reason.FORBIDDEN_ADDRESS);
      var allowed = List.of(Allowed.of(address).orElseThrow());
      var guard = leadingTo(GuardRules.STANDARD.allowing(allowed), address);
      assertThat(guard.addresses(URI.create("http://mcp.example.com:9901/"))).hasSize(1);
    }
  }

  @Test
  void knows_the_addresses_of_the_machine_by_version_6_too() throws Exception {
    var addresses = new OwnAddresses();
    assertThat(addresses.contains(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(addresses.contains(InetAddress.ofLiteral("64:ff9b::7f00:1"))).isTrue();
    assertThat(addresses.contains(InetAddress.ofLiteral("93.184.215.14"))).isFalse();
  }

  @Test
  void lets_through_what_a_platform_team_allows_and_only_at_its_port() throws CallException {
    var allowed = List.of(Allowed.of("127.0.0.1:8080").orElseThrow());
    var guard = leadingTo(GuardRules.STANDARD.allowing(allowed), "127.0.0.1");
    assertThat(guard.addresses(URI.create("http://mcp.example.com:8080/"))).hasSize(1);
    assertThat(reason(guard, "http://mcp.example.com:9090/")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
    var named = List.of(Allowed.of("localhost:3000").orElseThrow());
    var byName = leadingTo(GuardRules.STANDARD.allowing(named), "127.0.0.1");
    assertThat(byName.addresses(URI.create("http://LOCALHOST:3000/"))).hasSize(1);
    assertThat(reason(byName, "http://other:3000/")).isEqualTo(Reason.FORBIDDEN_ADDRESS);
  }

  @Test
  void reads_what_is_allowed() {
    assertThat(Allowed.of("[fd00::1]:8080"))
        .isEqualTo(Optional.of(new Allowed.Range(AddressRange.of("fd00::1").orElseThrow(), 8080)));
    assertThat(Allowed.of("fd00::/8")).isPresent();
    assertThat(Allowed.of("10.0.0.0/8")).isPresent();
    assertThat(Allowed.of("mcp.internal")).isPresent();
    assertThat(Allowed.of("mcp.internal:99999")).isEmpty();
    assertThat(Allowed.of("a b")).isEmpty();
    assertThat(AddressRange.of("10.0.0.0/33")).isEmpty();
    assertThatThrownBy(() -> AddressRange.known("nonsense"))
        .isInstanceOf(IllegalStateException.class);
  }
}
