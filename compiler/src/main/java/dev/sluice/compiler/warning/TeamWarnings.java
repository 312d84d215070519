package dev.sluice.compiler.warning;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import java.util.Map;
import java.util.Set;

/// Finds what a team's manifest says for keys of which none can ever use it: a provider that is not
/// there, a server of tools that is not there, and a tier or an alias that leads to a model that no
/// provider has.
public record TeamWarnings(
    TeamPlan plan, Map<ObjectName, Upstream> upstreams, Written written, Complaints warnings) {

  /// The names of all Providers and McpServers, good and bad.
  public record Written(Set<ObjectName> providers, Set<ObjectName> servers) {}

  public void find() {
    plan.tiers().forEach((tier, to) -> target("spec.tiers." + tier.word(), to));
    plan.aliases().forEach((_, to) -> target("spec.aliases", to));
    var allowed = plan.reach().providers();
    if (allowed != null) {
      allowed.stream()
          .filter(provider -> !written.providers().contains(provider))
          .forEach(
              provider ->
                  warnings.vain(
                      "spec.providers.allow", provider.label(), "there is no such Provider"));
    }
    var tools = plan.tools();
    for (int i = 0; tools != null && i < tools.size(); i++) {
      var server = tools.get(i).server();
      if (!written.servers().contains(server)) {
        warnings.vain("spec.mcp[" + i + "]", server.label(), "there is no such McpServer");
      }
    }
  }

  private void target(String field, String to) {
    if (upstreams.values().stream().allMatch(upstream -> upstream.model(to) == null)) {
      warnings.vain(field, to, "no provider has such a model");
    }
  }
}
