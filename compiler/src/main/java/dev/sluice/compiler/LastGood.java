package dev.sluice.compiler;

import dev.sluice.compiler.manifest.SecretValues;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.compiler.rules.ProviderPlan;
import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.compiler.tools.ServerPlan;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.provider.Credential;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// The last version of every object that was in force, for the time when a new one is bad.
///
/// @param servers of tools
/// @param holders which key each digest that is in force belongs to
public record LastGood(
    Map<ObjectName, Kept<SecretValues>> secrets,
    Map<ObjectName, Kept<ProviderInForce>> providers,
    Map<ObjectName, Kept<TeamPlan>> teams,
    Map<ObjectName, Kept<KeyInForce>> keys,
    Map<ObjectName, Kept<ServerInForce>> servers,
    Map<KeyDigest, ObjectName> holders) {

  /// Nothing was in force yet.
  public static final LastGood NONE =
      new LastGood(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  public LastGood {
    secrets = Map.copyOf(secrets);
    providers = Map.copyOf(providers);
    teams = Map.copyOf(teams);
    keys = Map.copyOf(keys);
    servers = Map.copyOf(servers);
    holders = Map.copyOf(holders);
  }

  /// @param file where it was written
  record Kept<P>(String file, P version) {}

  /// A Provider with its credentials.
  ///
  /// @param credentials by name, one for each of the plan's accounts
  record ProviderInForce(ProviderPlan plan, Map<String, Credential> credentials) {
    ProviderInForce {
      credentials = Map.copyOf(credentials);
    }

    /// Without the credentials.
    @Override
    public String toString() {
      return "ProviderInForce[" + plan + "]";
    }
  }

  /// An McpServer with its secrets.
  ///
  /// @param server with its certificates
  /// @param values one for each of the plan's secrets, by name
  record ServerInForce(ServerPlan plan, ToolServer server, Map<String, String> values) {
    ServerInForce {
      values = Map.copyOf(values);
    }

    /// Without the values.
    @Override
    public String toString() {
      return "ServerInForce[" + server + "]";
    }
  }

  /// A VirtualKey with the digest of its value.
  record KeyInForce(KeyPlan plan, KeyDigest digest) {}

  /// What the objects of these files say, as far as it makes a version by itself.
  static <P, B> Map<ObjectName, Kept<B>> of(
      Map<ObjectName, Draft<P, B>> drafts,
      Set<String> files,
      BiFunction<ObjectName, P, Optional<B>> version) {
    var said = new TreeMap<ObjectName, Kept<B>>();
    drafts.forEach(
        (name, draft) -> {
          var file = draft.complaints().source().file();
          var now = draft.now();
          if (now != null && files.contains(file)) {
            version.apply(name, now).ifPresent(found -> said.put(name, new Kept<>(file, found)));
          }
        });
    return said;
  }

  /// What is kept of one kind: the version in force, and for an object that is there but of which
  /// none is in force, what was kept before. An object that is gone is forgotten.
  static <P> Map<ObjectName, Kept<P>> keep(
      Map<ObjectName, ? extends Draft<?, P>> drafts, Map<ObjectName, P> inForce) {
    var kept = new TreeMap<ObjectName, Kept<P>>();
    drafts.forEach(
        (name, draft) -> {
          var version = inForce.getOrDefault(name, draft.before());
          if (version != null) {
            kept.put(name, new Kept<>(draft.complaints().source().file(), version));
          }
        });
    return kept;
  }
}
