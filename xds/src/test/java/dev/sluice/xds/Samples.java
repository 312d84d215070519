package dev.sluice.xds;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credentials;
import dev.sluice.core.provider.Service;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Snapshots of a few providers, each with the credential `key-of-NAME`.
final class Samples {

  static final Upstream.Timeouts TIMEOUTS =
      new Upstream.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(30));

  private Samples() {}

  static Upstream upstream(String name, String endpoint) {
    return upstream(name, endpoint, TIMEOUTS);
  }

  static Upstream upstream(String name, String endpoint, Upstream.Timeouts timeouts) {
    return upstream(name, endpoint, Service.ANTHROPIC, timeouts);
  }

  static Upstream upstream(String name, String endpoint, Service service) {
    return upstream(name, endpoint, service, TIMEOUTS);
  }

  private static Upstream upstream(
      String name, String endpoint, Service service, Upstream.Timeouts timeouts) {
    return new Upstream(
        new ObjectName("default", name),
        URI.create(endpoint),
        service,
        List.of(new Upstream.Account("default/" + name + "/main", 1)),
        Map.of(),
        null,
        List.of(),
        List.of(),
        timeouts,
        Upstream.Outlier.DEFAULT);
  }

  static Snapshot snapshot(Upstream... upstreams) {
    var byName = new TreeMap<ObjectName, Upstream>();
    for (var upstream : upstreams) {
      byName.put(upstream.name(), upstream);
    }
    return new Snapshot("1", "1", Map.of(), byName);
  }

  static XdsResources resources(Upstream... upstreams) {
    return resources(Path.of("/etc/ssl/certs/ca-certificates.crt"), upstreams);
  }

  static XdsResources resources(Path bundle, Upstream... upstreams) {
    var values = new TreeMap<String, Credential>();
    for (var upstream : upstreams) {
      var value = new Credential.Value("key-of-" + upstream.name().name());
      upstream.accounts().forEach(account -> values.put(account.credential(), value));
    }
    return XdsResources.of(snapshot(upstreams), new Credentials(values), new TrustStore(bundle));
  }

  /// Each cluster of a provider has a second one, for attempts after the first.
  static List<String> withAgain(String type, List<String> names) {
    return type.endsWith(".Cluster")
        ? names.stream().flatMap(name -> Stream.of(name, name + "/again")).toList()
        : names;
  }
}
