package dev.sluice.compiler.manifest;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.compiler.problem.Shown;
import dev.sluice.compiler.problem.Source;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.Provider;
import dev.sluice.crds.Team;
import dev.sluice.crds.VirtualKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads files of manifests into the [World].
public final class Manifests {

  private static final String DEFAULT_NAMESPACE = "default";
  private static final String KINDS = "Provider, Team, VirtualKey, McpServer, Secret or Namespace";

  private final SortedMap<ObjectName, World.Found<Provider.Spec>> providers = new TreeMap<>();
  private final SortedMap<ObjectName, World.Found<Team.Spec>> teams = new TreeMap<>();
  private final SortedMap<ObjectName, World.Found<VirtualKey.Spec>> keys = new TreeMap<>();
  private final SortedMap<ObjectName, World.Found<McpServer.Spec>> servers = new TreeMap<>();
  private final SortedMap<ObjectName, World.Found<SecretValues>> secrets = new TreeMap<>();
  private final SortedMap<ObjectName, World.Found<Map<String, String>>> namespaces =
      new TreeMap<>();
  private final List<World.Unreadable> unreadable = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private Manifests() {}

  /// Never fails: what cannot be read is among the world's problems.
  public static World read(List<ManifestFile> files) {
    return read(files, List.of());
  }

  /// @param unread the files and folders that are there, but not among `files`
  public static World read(List<ManifestFile> files, List<Unread> unread) {
    var manifests = new Manifests();
    files.forEach(manifests::readFile);
    unread.forEach(manifests::note);
    return manifests.world();
  }

  private World world() {
    return new World(
        providers,
        teams,
        keys,
        servers,
        secrets,
        namespaces,
        unreadable,
        problems,
        Collections.emptySortedSet());
  }

  private void note(Unread unread) {
    unreadable.add(new World.Unreadable(unread.path(), null, null));
    if (unread instanceof Unread.Broken(var path, var reason)) {
      var fault = new Fault.Unreadable("cannot be read: " + reason);
      problems.add(new Problem(path, Problem.NO_LINE, "", "", fault));
    }
  }

  private void readFile(ManifestFile file) {
    var documents = Yaml.read(file.text());
    documents.roots().forEach(root -> readDocument(file.path(), root));
    var flaw = documents.flaw();
    if (flaw != null) {
      problems.add(
          new Problem(file.path(), flaw.line(), "", "", new Fault.Unreadable(flaw.sentence())));
      unreadable.add(new World.Unreadable(file.path(), null, null));
    }
  }

  private void readDocument(String file, Node root) {
    if (root.getTag().equals(Tag.NULL)) {
      return;
    }
    var title = Nodes.text(root, "kind");
    var name = Nodes.text(root, "metadata", "name");
    if (!(root instanceof MappingNode) || title == null) {
      var fault = new Fault.Missing(KINDS);
      unidentified(file, root, new Finding(label(null, name), "kind", fault), null, name);
      return;
    }
    var items = title.equals("List") ? Nodes.items(root, "items") : null;
    if (items != null) {
      items.forEach(item -> readDocument(file, item));
      return;
    }
    var kind = Kind.of(title);
    if (kind.isEmpty()) {
      var fault = new Fault.Unexpected(Shown.text(title), KINDS);
      unidentified(file, root, new Finding(label(title, name), "kind", fault), null, name);
    } else {
      readNamed(file, root, kind.get(), name);
    }
  }

  private void readNamed(String file, Node root, Kind kind, @Nullable String name) {
    var namespace = Nodes.text(root, "metadata", "namespace");
    if (name == null) {
      var fault = new Fault.Missing(Names.SUBDOMAIN_EXPECTED);
      var field = "metadata.name";
      unidentified(file, root, new Finding(kind.title(), field, fault), kind.title(), null);
    } else if (!Names.subdomain(name)) {
      var fault = new Fault.Unexpected(Shown.text(name), Names.SUBDOMAIN_EXPECTED);
      var field = "metadata.name";
      unidentified(file, root, new Finding(kind.title(), field, fault), kind.title(), null);
    } else if (namespace != null && !Names.label(namespace)) {
      var fault = new Fault.Unexpected(Shown.text(namespace), Names.LABEL_EXPECTED);
      var finding = new Finding(label(kind.title(), name), "metadata.namespace", fault);
      unidentified(file, root, finding, kind.title(), name);
    } else {
      var space = namespace == null ? DEFAULT_NAMESPACE : namespace;
      readObject(file, root, kind, new ObjectName(space, name));
    }
  }

  private void readObject(String file, Node root, Kind kind, ObjectName name) {
    switch (kind) {
      case PROVIDER -> put(providers, file, root, kind, name, Provider.class, (p, _) -> p.spec());
      case TEAM -> put(teams, file, root, kind, name, Team.class, (t, _) -> t.spec());
      case VIRTUAL_KEY -> put(keys, file, root, kind, name, VirtualKey.class, (k, _) -> k.spec());
      case SECRET ->
          put(secrets, file, root, kind, name, SecretManifest.class, SecretDecoder::decode);
      case NAMESPACE ->
          put(
              namespaces,
              file,
              root,
              kind,
              World.namespace(name.name()),
              NamespaceManifest.class,
              (n, _) -> n.metadata().labels());
      case MCP_SERVER -> put(servers, file, root, kind, name, McpServer.class, (s, _) -> s.spec());
    }
  }

  private <M extends Record, S> void put(
      SortedMap<ObjectName, World.Found<S>> objects,
      String file,
      Node root,
      Kind kind,
      ObjectName name,
      Class<M> type,
      BiFunction<M, Binder, S> content) {
    var binder = new Binder();
    checkVersion(root, kind, binder);
    var spec = binder.bind(type, root).map(manifest -> content.apply(manifest, binder));
    var label = kind.title() + " " + name;
    var source = new Source(file, Yaml.line(root), label, binder.lines());
    binder.findings().forEach(f -> problems.add(source.problem(f.field(), f.fault())));
    boolean good = spec.isPresent() && binder.findings().isEmpty();
    boolean suspends = kind == Kind.VIRTUAL_KEY && Nodes.suspends(root);
    var found =
        good
            ? new World.Found.Good<>(source, spec.get(), suspends)
            : new World.Found.Bad<S>(source, suspends);
    var other = objects.put(name, found);
    if (other != null) {
      var fault =
          new Fault.Unexpected(
              name.name(), "one object of this name; the other is at " + other.source().place());
      problems.add(source.problem("metadata.name", fault));
      objects.put(name, new World.Found.Bad<>(source, suspends || other.suspends()));
    }
  }

  private static void checkVersion(Node root, Kind kind, Binder binder) {
    var version = Nodes.text(root, "apiVersion");
    if (version == null) {
      binder.find("apiVersion", new Fault.Missing(kind.apiVersion()));
    } else if (!version.equals(kind.apiVersion())) {
      binder.find("apiVersion", new Fault.Unexpected(Shown.text(version), kind.apiVersion()));
    }
  }

  private void unidentified(
      String file, Node root, Finding finding, @Nullable String kind, @Nullable String name) {
    problems.add(finding.at(file, Yaml.line(root)));
    unreadable.add(new World.Unreadable(file, kind, name));
  }

  private record Finding(String object, String field, Fault fault) {
    Problem at(String file, int line) {
      return new Problem(file, line, object, field, fault);
    }
  }

  private static String label(@Nullable String kind, @Nullable String name) {
    var words = new ArrayList<String>();
    if (kind != null) {
      words.add(Shown.text(kind));
    }
    if (name != null) {
      words.add(Shown.text(name));
    }
    return String.join(" ", words);
  }
}
