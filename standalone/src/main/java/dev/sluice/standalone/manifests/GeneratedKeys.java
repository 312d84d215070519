package dev.sluice.standalone.manifests;

import dev.sluice.compiler.MadeKeys;
import dev.sluice.core.policy.KeyFormat;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.standalone.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of VirtualKeys without a Secret: one private file each, made once.
public final class GeneratedKeys {

  private static final Logger LOG = LoggerFactory.getLogger(GeneratedKeys.class);
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{20,256}");

  private final Path folder;
  private final SecureRandom random = new SecureRandom();
  private final Map<ObjectName, String> unsaved = new TreeMap<>();
  private Map<ObjectName, String> values = Map.of();

  /// @param folder holds `NAMESPACE/NAME`
  public GeneratedKeys(Path folder) {
    this.folder = folder;
  }

  MadeKeys values() {
    return MadeKeys.of(values);
  }

  /// Reads the keys of `names`, and makes up those that are not there yet. One that fails does not
  /// keep the others back.
  void provide(Set<ObjectName> names) throws IOException {
    var all = new TreeMap<>(values);
    IOException failure = null;
    for (var name : names) {
      try {
        all.put(name, provide(name));
      } catch (IOException e) {
        failure = e;
      }
    }
    values = Map.copyOf(all);
    if (failure != null) {
      throw failure;
    }
  }

  /// Writes those that were made up. Until then nobody knows them, so that a start that fails
  /// leaves none behind.
  public void save() throws IOException {
    for (var names = unsaved.keySet().iterator(); names.hasNext(); names.remove()) {
      var name = names.next();
      var file = file(name);
      StateFolder.privateFolder(folder.resolve(name.namespace()));
      StateFolder.writePrivate(file, unsaved.get(name) + "\n");
      LOG.atInfo().addKeyValue("key", name).addKeyValue("file", file).log("made a key");
    }
  }

  private String provide(ObjectName name) throws IOException {
    var file = file(name);
    if (!Files.exists(file)) {
      var made = KeyFormat.generate(random);
      unsaved.put(name, made);
      return made;
    }
    var value = Files.readString(file).strip();
    if (!KEY.matcher(value).matches()) {
      throw new IOException(file + " (expected: a key of 20 to 256 visible characters)");
    }
    return value;
  }

  private Path file(ObjectName name) {
    return folder.resolve(name.namespace(), name.name());
  }
}
