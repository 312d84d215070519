package dev.sluice.testkit.kubernetes;

import dev.sluice.testkit.RealParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One user's way to a cluster: a kubeconfig, and the real kubectl and helm with it.
public final class Access {

  private static final String SERVER = "{.clusters[0].cluster.server}";
  private static final String AUTHORITY = "{.clusters[0].cluster.certificate-authority-data}";

  private final String user;
  private final Path folder;
  private final Path kubeconfig;

  private Access(String user, Path folder, Path kubeconfig) {
    this.user = user;
    this.folder = folder;
    this.kubeconfig = kubeconfig;
  }

  /// Writes `yaml` as the kubeconfig of `user` into `folder`, which only we may read.
  static Access of(String user, String yaml, Path folder) {
    var file = folder.resolve(user.replace(':', '-') + ".kubeconfig");
    try {
      Files.writeString(file, yaml);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return new Access(user, folder, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The kubeconfig of a user with a bearer token.
  ///
  /// @param authority the certificates to trust, as PEM in Base64
  static String yaml(String server, String authority, String user, String token) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
      - name: cluster
        cluster:
          server: %s
          certificate-authority-data: %s
    users:
      - name: "%s"
        user:
          token: %s
    contexts:
      - name: context
        context:
          cluster: cluster
          user: "%s"
    current-context: context
    """
        .formatted(server, authority, user, token, user);
  }

  /// Another user's way to the same cluster.
  Access with(String other, String token) {
    var yaml = yaml(setting(SERVER), setting(AUTHORITY), other, token);
    return of(other, yaml, folder);
  }

  private String setting(String path) {
    return kubectl("config", "view", "--raw", "-o", "jsonpath=" + path).orThrow();
  }

  /// As role bindings name it.
  public String user() {
    return user;
  }

  /// The file, for the environment variable KUBECONFIG.
  public Path kubeconfig() {
    return kubeconfig;
  }

  /// Its text, for a client library.
  public String kubeconfigYaml() {
    try {
      return Files.readString(kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Runs the real kubectl as this user.
  public Printed kubectl(String... arguments) {
    return kubectlReading("", arguments);
  }

  /// The same with `stdin` to read: for `apply -f -`.
  public Printed kubectlReading(String stdin, String... arguments) {
    return run("kubectl", stdin, arguments);
  }

  /// Runs the real helm as this user.
  public Printed helm(String... arguments) {
    return run("helm", "", arguments);
  }

  private Printed run(String program, String stdin, String... arguments) {
    var command = new ArrayList<>(List.of(RealParts.kubernetes().toString(), program));
    command.addAll(List.of(arguments));
    return Printed.by(command, environment(), stdin);
  }

  /// A home of the cluster's own: what kubectl remembers of one cluster must not meet another.
  private Map<String, String> environment() {
    var environment = new TreeMap<String, String>();
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("HOME", folder.toString());
    environment.put("KUBECONFIG", kubeconfig.toString());
    return environment;
  }
}
