package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.KeyInForce;
import dev.sluice.compiler.LastGood.ProviderInForce;
import dev.sluice.compiler.LastGood.ServerInForce;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.SecretValues;
import dev.sluice.compiler.manifest.World;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.compiler.rules.KeyRules;
import dev.sluice.compiler.rules.ProviderPlan;
import dev.sluice.compiler.rules.ProviderRules;
import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.compiler.rules.TeamRules;
import dev.sluice.compiler.secret.SecretVariables;
import dev.sluice.compiler.tools.ServerPlan;
import dev.sluice.compiler.tools.ServerRules;
import dev.sluice.compiler.warning.KeyWarnings;
import dev.sluice.compiler.warning.ProviderWarnings;
import dev.sluice.compiler.warning.ServerWarnings;
import dev.sluice.compiler.warning.TeamWarnings;
import dev.sluice.compiler.warning.ToolWarnings;
import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credentials;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Compiles the world into the snapshot: a pure function.
///
/// A bad object keeps its last good version in force; one that was never good is left out; all else
/// takes effect. Suspension and deletion always take effect: a key that is bad but says `suspended:
/// true` is suspended, a key whose Secret or team is gone is gone, and so is a provider whose
/// Secret is gone.
public final class Compiler {

  private final Catalogue catalogue;
  private final Set<String> watched;
  private final SecretVariables variables;

  /// Remembered only: a compilation is the same without.
  private volatile Map<KeyPolicy, String> digests = Map.of();

  /// For worlds with the objects of all namespaces.
  public Compiler(Catalogue catalogue) {
    this(catalogue, Set.of(), SecretVariables.NONE);
  }

  /// @param watched the namespaces that the worlds have the objects of; all where it is empty
  public Compiler(Catalogue catalogue, Set<String> watched) {
    this(catalogue, watched, SecretVariables.NONE);
  }

  /// For manifests on one machine.
  public Compiler(Catalogue catalogue, SecretVariables variables) {
    this(catalogue, Set.of(), variables);
  }

  private Compiler(Catalogue catalogue, Set<String> watched, SecretVariables variables) {
    this.catalogue = catalogue;
    this.watched = Set.copyOf(watched);
    this.variables = variables;
  }

  /// The objects that are there.
  private record Drafts(
      SortedMap<ObjectName, Draft<SecretValues, SecretValues>> secrets,
      SortedMap<ObjectName, Draft<ProviderPlan, ProviderInForce>> providers,
      SortedMap<ObjectName, Draft<TeamPlan, TeamPlan>> teams,
      SortedMap<ObjectName, Draft<KeyPlan, KeyInForce>> keys,
      SortedMap<ObjectName, Draft<ServerPlan, ServerInForce>> servers) {

    KeyResolver.Written written() {
      return new KeyResolver.Written(teams.keySet(), providers.keySet(), servers.keySet());
    }

    List<Problem> problems() {
      return Stream.of(providers, teams, keys, servers)
          .flatMap(drafts -> Draft.problems(drafts).stream())
          .toList();
    }
  }

  private Drafts drafts(World world, LastGood last) {
    return new Drafts(
        secretDrafts(world, last),
        providerDrafts(world, last),
        teamDrafts(world, last),
        keyDrafts(world, last),
        serverDrafts(world, last));
  }

  /// @param last what the last published compilation gave as good
  public Compilation compile(World world, LastGood last, MadeKeys made) {
    var drafts = drafts(world, last);

    var secrets = Secrets.of(drafts.secrets(), variables);
    var providers = ProviderResolver.resolve(drafts.providers(), secrets);
    var servers = ServerResolver.resolve(drafts.servers(), secrets);
    var references = new References(world, watched);
    var teams = TeamResolver.resolve(drafts.teams(), references);
    var upstreams = upstreams(providers);
    var usable = new Usable(providers, upstreams, servers, references);
    var resolver =
        new KeyResolver(teams, usable, references, drafts.written(), secrets, made.values());
    var keys = KeyConflicts.settle(drafts.keys(), resolver, last.holders());

    var good =
        new LastGood(
            LastGood.keep(drafts.secrets(), secrets.inForce()),
            LastGood.keep(drafts.providers(), providers),
            LastGood.keep(drafts.teams(), teams),
            LastGood.keep(drafts.keys(), keys),
            LastGood.keep(drafts.servers(), servers),
            holders(keys));
    var credentials = credentials(providers);
    var toolSecrets = ServerResolver.secrets(servers);
    var hidden = List.of(credentials, toolSecrets);
    var policies =
        withReplaced(policies(keys, drafts.keys(), new KeyPolicies(teams, usable)), made);
    var reachable = ServerResolver.servers(servers);
    var snapshot = snapshot(policies, upstreams, reachable, world.apiServers(), hidden);
    var problems = new ArrayList<Problem>(world.problems());
    problems.addAll(drafts.problems());
    var compilation =
        new Compilation(
            snapshot, credentials, toolSecrets, problems, resolver.toGenerate(), good, List.of());
    return compilation.with(warnings(drafts, policies, compilation));
  }

  private static List<Problem> warnings(
      Drafts drafts, List<KeyPolicy> policies, Compilation compilation) {
    var warnings = new ArrayList<Problem>();
    warnings.addAll(
        Draft.warnings(
            drafts.providers(), (_, plan, all) -> new ProviderWarnings(plan, all).find()));
    warnings.addAll(
        Draft.warnings(drafts.servers(), (_, plan, all) -> new ServerWarnings(plan, all).find()));
    warnings.addAll(teamWarnings(drafts, compilation));
    warnings.addAll(keyWarnings(drafts.keys(), policies, compilation));
    return warnings;
  }

  private static List<Problem> teamWarnings(Drafts drafts, Compilation compilation) {
    var upstreams = compilation.snapshot().upstreams();
    var written = new TeamWarnings.Written(drafts.providers().keySet(), drafts.servers().keySet());
    return Draft.warnings(
        drafts.teams(), (_, plan, all) -> new TeamWarnings(plan, upstreams, written, all).find());
  }

  private static List<Problem> keyWarnings(
      SortedMap<ObjectName, Draft<KeyPlan, KeyInForce>> drafts,
      List<KeyPolicy> policies,
      Compilation compilation) {
    var byName = new HashMap<ObjectName, KeyPolicy>();
    policies.forEach(policy -> byName.putIfAbsent(policy.name(), policy));
    var upstreams = compilation.snapshot().upstreams();
    var servers = compilation.snapshot().servers();
    return Draft.warnings(
        drafts,
        (name, plan, all) -> {
          var policy = byName.get(name);
          if (policy != null) {
            new KeyWarnings(plan, policy, upstreams, compilation::path, all).find();
            new ToolWarnings(plan, servers, compilation.teamTools(policy.team()), all).find();
          }
        });
  }

  /// What was in force when the objects of these files had the manifests that the world has of
  /// them: what they refer to may be gone by now, or not let them any more.
  public LastGood recall(World world, Set<String> files, MadeKeys made) {
    var secrets = Secrets.of(secretDrafts(world, LastGood.NONE), variables);
    var teams =
        LastGood.of(teamDrafts(world, LastGood.NONE), files, (_, plan) -> Optional.of(plan));
    var keys =
        LastGood.of(
            keyDrafts(world, LastGood.NONE),
            files,
            (name, plan) ->
                secrets
                    .value(name, plan.secret(), made.values())
                    .map(value -> new KeyInForce(plan, KeyDigest.of(value))));
    var kept = new LastGood(Map.of(), Map.of(), teams, keys, Map.of(), Map.of());
    return compile(world, kept, made).good();
  }

  private static SortedMap<ObjectName, Draft<SecretValues, SecretValues>> secretDrafts(
      World world, LastGood last) {
    return Draft.all(
        "Secret", world.secrets(), last.secrets(), world.unreadable(), (_, values, _) -> values);
  }

  private SortedMap<ObjectName, Draft<ProviderPlan, ProviderInForce>> providerDrafts(
      World world, LastGood last) {
    var rules = new ProviderRules(catalogue);
    return Draft.all(
        "Provider", world.providers(), last.providers(), world.unreadable(), rules::check);
  }

  private static SortedMap<ObjectName, Draft<TeamPlan, TeamPlan>> teamDrafts(
      World world, LastGood last) {
    return Draft.all("Team", world.teams(), last.teams(), world.unreadable(), TeamRules::check);
  }

  private static SortedMap<ObjectName, Draft<KeyPlan, KeyInForce>> keyDrafts(
      World world, LastGood last) {
    return Draft.all("VirtualKey", world.keys(), last.keys(), world.unreadable(), KeyRules::check);
  }

  private static SortedMap<ObjectName, Draft<ServerPlan, ServerInForce>> serverDrafts(
      World world, LastGood last) {
    return Draft.all(
        "McpServer", world.servers(), last.servers(), world.unreadable(), ServerRules::check);
  }

  private static Map<KeyDigest, ObjectName> holders(SortedMap<ObjectName, KeyInForce> keys) {
    var holders = new HashMap<KeyDigest, ObjectName>();
    keys.forEach((name, key) -> holders.put(key.digest(), name));
    return holders;
  }

  private static Credentials credentials(SortedMap<ObjectName, ProviderInForce> providers) {
    var values = new TreeMap<String, Credential>();
    providers.forEach(
        (name, provider) ->
            provider
                .credentials()
                .forEach((credential, value) -> values.put(name + "/" + credential, value)));
    return new Credentials(values);
  }

  private static SortedMap<ObjectName, Upstream> upstreams(
      SortedMap<ObjectName, ProviderInForce> providers) {
    var upstreams = new TreeMap<ObjectName, Upstream>();
    providers.forEach(
        (name, provider) -> upstreams.put(name, ProviderResolver.upstream(name, provider.plan())));
    return upstreams;
  }

  private static List<KeyPolicy> policies(
      SortedMap<ObjectName, KeyInForce> keys,
      SortedMap<ObjectName, Draft<KeyPlan, KeyInForce>> drafts,
      KeyPolicies policies) {
    var inForce = new ArrayList<KeyPolicy>();
    drafts.forEach(
        (name, draft) -> {
          var key = keys.get(name);
          if (key != null) {
            inForce.add(policies.policy(name, key, draft.suspends()));
          }
        });
    return inForce;
  }

  /// A value that was replaced is as good as its successor until its time is over.
  private static List<KeyPolicy> withReplaced(List<KeyPolicy> policies, MadeKeys made) {
    var all = new ArrayList<>(policies);
    for (var policy : policies) {
      var value = made.values().get(policy.name());
      var replaced = made.replaced().get(policy.name());
      if (value != null && replaced != null && policy.digest().equals(KeyDigest.of(value))) {
        all.add(policy.of(KeyDigest.of(replaced.value()), replaced.until()));
      }
    }
    return all;
  }

  private Snapshot snapshot(
      List<KeyPolicy> policies,
      SortedMap<ObjectName, Upstream> upstreams,
      SortedMap<ObjectName, ToolServer> servers,
      SortedSet<ApiServer> apiServers,
      List<Record> hidden) {
    var byDigest = new HashMap<KeyDigest, KeyPolicy>();
    // The first: no replaced value stands in for a key that has it now.
    policies.forEach(policy -> byDigest.putIfAbsent(policy.digest(), policy));
    // The digest of what is hidden, so that a rotated one is a new version; never the values.
    var content =
        List.of(
            catalogue.version(),
            digests(policies),
            upstreams,
            servers,
            apiServers,
            Canonical.digest(hidden));
    var version = Canonical.digest(content);
    return new Snapshot(version, catalogue.version(), byDigest, upstreams, servers, apiServers);
  }

  /// Of a large world most keys are as they were at the last compilation.
  private List<String> digests(List<KeyPolicy> policies) {
    var known = digests;
    var now = new HashMap<KeyPolicy, String>();
    var all = new ArrayList<String>();
    for (var policy : policies) {
      var before = known.get(policy);
      var digest = before == null ? Canonical.digest(policy) : before;
      now.put(policy, digest);
      all.add(digest);
    }
    digests = now;
    return all;
  }
}
