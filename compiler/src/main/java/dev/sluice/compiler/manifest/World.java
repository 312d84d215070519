package dev.sluice.compiler.manifest;

import dev.sluice.compiler.problem.Problem;
import dev.sluice.compiler.problem.Source;
import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.Provider;
import dev.sluice.crds.Team;
import dev.sluice.crds.VirtualKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Every object of the manifests as they are now, the bad ones included.
///
/// @param servers of tools
/// @param namespaces the labels of those that were told
/// @param unreadable what could not be told which object it is
/// @param problems of reading, in the order of files and lines
/// @param apiServers of the cluster that the objects are in; none of a machine
public record World(
    SortedMap<ObjectName, Found<Provider.Spec>> providers,
    SortedMap<ObjectName, Found<Team.Spec>> teams,
    SortedMap<ObjectName, Found<VirtualKey.Spec>> keys,
    SortedMap<ObjectName, Found<McpServer.Spec>> servers,
    SortedMap<ObjectName, Found<SecretValues>> secrets,
    SortedMap<ObjectName, Found<Map<String, String>>> namespaces,
    List<Unreadable> unreadable,
    List<Problem> problems,
    SortedSet<ApiServer> apiServers) {

  public World {
    providers = Collections.unmodifiableSortedMap(new TreeMap<>(providers));
    teams = Collections.unmodifiableSortedMap(new TreeMap<>(teams));
    keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
    secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
    namespaces = Collections.unmodifiableSortedMap(new TreeMap<>(namespaces));
    unreadable = List.copyOf(unreadable);
    problems = problems.stream().sorted().toList();
    apiServers = Collections.unmodifiableSortedSet(new TreeSet<>(apiServers));
  }

  /// What worlds of different objects are together.
  public static World of(Collection<World> parts) {
    var providers = new TreeMap<ObjectName, Found<Provider.Spec>>();
    var teams = new TreeMap<ObjectName, Found<Team.Spec>>();
    var keys = new TreeMap<ObjectName, Found<VirtualKey.Spec>>();
    var servers = new TreeMap<ObjectName, Found<McpServer.Spec>>();
    var secrets = new TreeMap<ObjectName, Found<SecretValues>>();
    var namespaces = new TreeMap<ObjectName, Found<Map<String, String>>>();
    var unreadable = new ArrayList<Unreadable>();
    var problems = new ArrayList<Problem>();
    var apiServers = new TreeSet<ApiServer>();
    for (var part : parts) {
      providers.putAll(part.providers());
      teams.putAll(part.teams());
      keys.putAll(part.keys());
      servers.putAll(part.servers());
      secrets.putAll(part.secrets());
      namespaces.putAll(part.namespaces());
      unreadable.addAll(part.unreadable());
      problems.addAll(part.problems());
      apiServers.addAll(part.apiServers());
    }
    return new World(
        providers, teams, keys, servers, secrets, namespaces, unreadable, problems, apiServers);
  }

  public World with(SortedSet<ApiServer> known) {
    return new World(
        providers, teams, keys, servers, secrets, namespaces, unreadable, problems, known);
  }

  /// What a Namespace is found by: it is in none itself.
  static ObjectName namespace(String name) {
    return new ObjectName("", name);
  }

  /// The labels of a namespace; none where it is not known.
  public Map<String, String> labels(String namespace) {
    return namespaces.get(namespace(namespace)) instanceof Found.Good<Map<String, String>> good
        ? good.spec()
        : Map.of();
  }

  /// An object that is there.
  public sealed interface Found<S> {
    Source source();

    /// Whether it is a key that says `suspended: true`; this counts even where the rest is bad.
    boolean suspends();

    /// One that reads well; whether it makes sense is the compiler's to say.
    record Good<S>(Source source, S spec, boolean suspends) implements Found<S> {}

    /// One with problems.
    record Bad<S>(Source source, boolean suspends) implements Found<S> {}
  }

  /// A part of a file that holds an object of which kind or name cannot be told, so that an object
  /// of that file may still be there though it is not seen.
  ///
  /// @param file or a folder, and with it all below
  /// @param kind null where it cannot be told, and with it the whole file
  /// @param name null where it cannot be told
  public record Unreadable(String file, @Nullable String kind, @Nullable String name) {

    /// Whether the object may be the one that `file` held before.
    public boolean mayBe(String otherFile, String otherKind, String otherName) {
      return Path.of(otherFile).startsWith(file)
          && (kind == null || kind.equals(otherKind))
          && (name == null || name.equals(otherName));
    }
  }
}
