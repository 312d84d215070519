package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.ServerInForce;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.tools.Certificates;
import dev.sluice.compiler.tools.SecretForm;
import dev.sluice.compiler.tools.ServerPlan;
import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.SecretKeyRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the secrets of McpServers, and with them the versions in force.
final class ServerResolver {

  private final Secrets secrets;

  private ServerResolver(Secrets secrets) {
    this.secrets = secrets;
  }

  static SortedMap<ObjectName, ServerInForce> resolve(
      Map<ObjectName, Draft<ServerPlan, ServerInForce>> drafts, Secrets secrets) {
    var resolver = new ServerResolver(secrets);
    var inForce = new TreeMap<ObjectName, ServerInForce>();
    drafts.forEach(
        (name, draft) -> {
          var now = resolver.now(draft);
          var version = now == null ? resolver.before(draft) : now;
          if (version != null) {
            inForce.put(name, version);
          }
        });
    return inForce;
  }

  static SortedMap<ObjectName, ToolServer> servers(SortedMap<ObjectName, ServerInForce> inForce) {
    var servers = new TreeMap<ObjectName, ToolServer>();
    inForce.forEach((name, version) -> servers.put(name, version.server()));
    return servers;
  }

  static ToolSecrets secrets(SortedMap<ObjectName, ServerInForce> inForce) {
    var values = new HashMap<String, String>();
    inForce.values().forEach(version -> values.putAll(version.values()));
    return new ToolSecrets(values);
  }

  private @Nullable ServerInForce now(Draft<ServerPlan, ServerInForce> draft) {
    var plan = draft.now();
    return plan == null ? null : find(draft.name(), plan, draft.complaints()).orElse(null);
  }

  /// With all of its secrets, in the right form; otherwise complains.
  private Optional<ServerInForce> find(ObjectName name, ServerPlan plan, Complaints complaints) {
    var values = new TreeMap<String, String>();
    for (var secret : plan.secrets()) {
      var form = secret.form();
      secrets
          .find(name, secret.ref(), secret.field(), complaints)
          .filter(value -> fits(form, value, secret.field(), complaints))
          .ifPresent(value -> values.put(secret.name(), value));
    }
    var server = certified(name, plan, complaints);
    return values.size() == plan.secrets().size()
        ? server.map(found -> new ServerInForce(plan, found, values))
        : Optional.empty();
  }

  private static boolean fits(SecretForm form, String value, String field, Complaints complaints) {
    if (!form.fits(value)) {
      complaints.add(field, new Fault.Unresolved("(hidden)", form.expected()));
    }
    return form.fits(value);
  }

  private Optional<ToolServer> certified(ObjectName name, ServerPlan plan, Complaints complaints) {
    var ref = plan.ca();
    if (ref == null) {
      return Optional.of(plan.server());
    }
    var found = secrets.find(name, ref, ServerPlan.CA_FIELD, complaints);
    if (found.isPresent() && !Certificates.areIn(found.get())) {
      var fault = new Fault.Unresolved("(hidden)", Certificates.EXPECTED);
      complaints.add(ServerPlan.CA_FIELD, fault);
      return Optional.empty();
    }
    return found.map(pem -> plan.server().trusting(pem));
  }

  /// The last good version with the secrets of now, or with its own where one is malformed. Where
  /// one was deleted, the server is gone.
  private @Nullable ServerInForce before(Draft<ServerPlan, ServerInForce> draft) {
    var before = draft.before();
    if (before == null || !references(before.plan()).allMatch(ref -> there(draft.name(), ref))) {
      return null;
    }
    var unheard = new Complaints(draft.complaints().source());
    return find(draft.name(), before.plan(), unheard).orElse(before);
  }

  private boolean there(ObjectName name, SecretKeyRef ref) {
    return secrets.find(name, ref).isPresent();
  }

  private static Stream<SecretKeyRef> references(ServerPlan plan) {
    var values = plan.secrets().stream().map(ServerPlan.SecretPlan::ref);
    return Stream.concat(values, Stream.ofNullable(plan.ca()));
  }
}
