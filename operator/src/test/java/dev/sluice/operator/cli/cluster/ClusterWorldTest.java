package dev.sluice.operator.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.operator.kinds.ProviderResource;
import dev.sluice.operator.kinds.VirtualKeyResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is compiled of a cluster with rights on the kinds alone.
class ClusterWorldTest {

  private static <T extends CustomResource<JsonNode, JsonNode>> T object(
      T object, String name, String spec) throws Exception {
    object.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("default").build());
    object.setSpec(JsonMapper.builder().build().readTree(spec));
    return object;
  }

  @Test
  void a_key_with_tools_is_in_force_without_a_look_at_their_servers() throws Exception {
    var provider =
        object(
            new ProviderResource(),
            "anthropic",
            """
            {"type": "Anthropic",
             "credentials": [{"name": "main", "secretRef": {"name": "s", "key": "k"}}]}
            """);
    var key =
        object(
            new VirtualKeyResource(),
            "alice",
            """
            {"providers": [{"name": "anthropic"}],
             "mcp": [{"server": "github", "namespace": "tools", "tools": ["*"]},
                     {"server": "tickets", "tools": ["*"]}]}
            """);
    var compilation = ClusterWorld.compile(List.of(provider, key), List.of());
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.snapshot().keysByName()).hasSize(1);
  }
}
