package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.Provider;
import dev.sluice.crds.VirtualKey;
import dev.sluice.crds.schema.Default;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What an API server writes where a field is absent means what its absence means.
class DefaultsTest {

  private static final String WITHOUT =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: other }
      spec:
        type: Anthropic
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        models: [ { name: claude-haiku-4-5 }, { name: unpriced } ]
        %s
        timeouts: { %s }
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: bob }
      stringData: { token: bob-bob-bob-bob-bob-bob }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: bob }
      spec:
        keySecretRef: { name: bob, key: token }
        providers: [ { name: other } ]
        %s
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: tools }
      spec:
        transport: StreamableHttp
        url: https://mcp.example.com/mcp
        auth: { %s }
        timeouts: { %s }
        recording: { %s }
        %s
      """;

  @Test
  void the_defaults_of_the_definitions_change_nothing() {
    var without = compile("", "", "", "", "", "", "");
    var with =
        compile(
            defaults(Provider.Spec.class),
            defaults(Provider.Timeouts.class),
            defaults(VirtualKey.Spec.class),
            defaults(McpServer.Auth.class),
            defaults(McpServer.Timeouts.class),
            defaults(McpServer.Recording.class),
            defaults(McpServer.Spec.class));
    assertThat(without.problems()).isEmpty();
    assertThat(with.problems()).isEmpty();
    assertThat(with.snapshot()).isEqualTo(without.snapshot());
  }

  private static Compilation compile(Object... defaults) {
    var text = WITHOUT.formatted(defaults);
    return Worlds.compile(LastGood.NONE, Worlds.base(), new ManifestFile("defaults.yaml", text));
  }

  private static String defaults(Class<?> type) {
    var fields =
        Arrays.stream(type.getRecordComponents())
            .filter(component -> component.isAnnotationPresent(Default.class))
            .map(
                component ->
                    component.getName()
                        + ": "
                        + Objects.requireNonNull(component.getAnnotation(Default.class)).value())
            .toList();
    assertThat(fields).isNotEmpty();
    return fields.stream()
        .collect(Collectors.joining(!type.getSimpleName().equals("Spec") ? ", " : "\n  "));
  }
}
