package dev.sluice.operator.cli.cluster;

import dev.sluice.core.listing.HiddenTool;
import dev.sluice.core.listing.Row;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Sketch;
import dev.sluice.operator.cli.CliException;
import dev.sluice.operator.cli.Listed;
import dev.sluice.operator.cli.Source;
import dev.sluice.operator.kinds.McpServerResource;
import dev.sluice.operator.kinds.ProviderResource;
import dev.sluice.operator.kinds.VirtualKeyResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A cluster, as the kubeconfig names it.
public final class ClusterSource implements Source {

  private static final String DEFAULT_NAMESPACE = "default";
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(5);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

  private final ApiObjects objects;
  private final String name;
  private final String namespace;

  private ClusterSource(ApiObjects objects, String name, String namespace) {
    this.objects = objects;
    this.name = name;
    this.namespace = namespace;
  }

  /// @param context of the kubeconfig; null for its current one
  /// @param namespace null for the context's
  public static Source open(@Nullable String context, @Nullable String namespace)
      throws CliException {
    try {
      var config = Config.autoConfigure(context);
      check(config, context);
      return of(config, namespace);
    } catch (KubernetesClientException e) {
      throw new CliException("the kubeconfig cannot be used: " + e.getMessage());
    }
  }

  /// @param namespace null for the one of the configuration
  static Source of(Config config, @Nullable String namespace) {
    var limited =
        new ConfigBuilder(config)
            .withConnectionTimeout((int) CONNECTED_WITHIN.toMillis())
            .withRequestTimeout((int) ANSWERED_WITHIN.toMillis())
            .withRequestRetryBackoffLimit(0)
            .build();
    var context = config.getCurrentContext();
    var named = context == null ? "" : ", context " + context.getName();
    var own = Objects.requireNonNullElse(config.getNamespace(), DEFAULT_NAMESPACE);
    return new ClusterSource(
        new ApiObjects(new KubernetesClientBuilder().withConfig(limited).build()),
        "the cluster at " + config.getMasterUrl() + named,
        namespace == null ? own : namespace);
  }

  private static void check(Config config, @Nullable String context) throws CliException {
    var contexts = config.getContexts() == null ? List.<String>of() : names(config);
    if (context != null && !contexts.contains(context)) {
      throw new CliException(
          "--context %s (expected: one of the kubeconfig's: %s)"
              .formatted(context, String.join(", ", contexts)));
    }
    boolean inPod = System.getenv("KUBERNETES_SERVICE_HOST") != null;
    if (config.getCurrentContext() == null && !inPod) {
      throw new CliException(
          "no up runs at ./.sluice, and no kubeconfig names a cluster (expected: one of them, or"
              + " --admin, --state, --context)");
    }
  }

  private static List<String> names(Config config) {
    return config.getContexts().stream().map(named -> named.getName()).sorted().toList();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String namespace() {
    return namespace;
  }

  @Override
  public List<Row> rows(Listed listed, @Nullable String where) throws CliException {
    return switch (listed) {
      case KEYS -> {
        var keys = objects.list(VirtualKeyResource.class, where);
        var rows = new ClusterRows(objects.teams(where, keys));
        yield keys.stream().<Row>map(rows::key).toList();
      }
      case TEAMS -> {
        var rows = new ClusterRows(objects.teams(where, List.of()));
        yield rows.teams().values().stream()
            .filter(team -> where == null || team.getMetadata().getNamespace().equals(where))
            .<Row>map(rows::team)
            .toList();
      }
      case PROVIDERS ->
          objects.list(ProviderResource.class, where).stream()
              .<Row>map(ClusterRows::provider)
              .toList();
      case SERVERS ->
          objects.list(McpServerResource.class, where).stream().<Row>map(ServerRows::row).toList();
    };
  }

  @Override
  public List<HiddenTool> hidden(@Nullable String where) throws CliException {
    return objects.list(McpServerResource.class, where).stream()
        .flatMap(server -> ServerRows.hidden(server).stream())
        .toList();
  }

  @Override
  public Explanation explain(ObjectName key, String model, Sketch sketch) throws CliException {
    var explainer = new ClusterExplainer(objects, InstantSource.system().instant());
    return explainer.explain(key, model, sketch);
  }

  @Override
  public void close() {
    objects.close();
  }
}
