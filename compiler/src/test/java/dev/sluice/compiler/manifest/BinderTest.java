package dev.sluice.compiler.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.Provider;
import dev.sluice.crds.Team;
import dev.sluice.crds.VirtualKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every field of the API, enforced or not, is read with its type.
class BinderTest {

  private static <R extends Record> R bind(Class<R> type, String text) {
    var binder = new Binder();
    var bound = binder.bind(type, Yaml.read(text).roots().getFirst());
    assertThat(binder.findings())
        .allMatch(finding -> finding.fault() instanceof Fault.NotSupportedYet);
    return bound.orElseThrow();
  }

  private static String invalid(String name) throws Exception {
    return Files.readString(Path.of("src", "test", "resources", "invalid", name));
  }

  @Test
  void the_fields_of_a_provider_that_are_not_enforced_yet_are_read() throws Exception {
    var spec = bind(Provider.class, invalid("provider-not-yet.yaml")).spec();
    assertThat(spec.models().getFirst().price().multipliers().getFirst().factor()).isEqualTo("2");
    assertThat(spec.allowedNamespaces().selector().matchLabels()).containsEntry("a", "b");
  }

  @Test
  void the_fields_of_a_team_that_are_not_enforced_yet_are_read() throws Exception {
    var spec = bind(Team.class, invalid("team-not-yet.yaml")).spec();
    assertThat(spec.warnAt()).containsExactly(75L, 95L);
  }

  @Test
  void the_fields_of_a_key_that_are_not_enforced_yet_are_read() throws Exception {
    var spec = bind(VirtualKey.class, invalid("key-not-yet.yaml")).spec();
    assertThat(spec.warnAt()).hasSize(2);
  }

  @Test
  void grants_of_tools_are_read() {
    var grants = "spec: { mcp: [ { server: github, tools: [ 'get_*', 'list_*' ] } ] }";
    var team = bind(Team.class, "metadata: { name: payments }\n" + grants).spec();
    assertThat(team.mcp().getFirst().tools()).containsExactly("get_*", "list_*");
    assertThat(bind(Team.class, "metadata: { name: a }\nspec: {}").spec().mcp()).isNull();
    var key = bind(VirtualKey.class, "metadata: { name: alice }\n" + grants).spec();
    assertThat(key.mcp()).isEqualTo(team.mcp());
  }

  @Test
  void an_mcp_server_is_read() {
    var text =
        """
        metadata: { name: github }
        spec:
          transport: StreamableHttp
          url: https://mcp.example.com/mcp
          auth: { type: Header, header: Authorization, secretRef: { name: github-mcp, key: value } }
          tools: { allow: ["*"], deny: ["delete_*"] }
          pinning: Approve
          approvedDigests: [ "sha256:0" ]
          codeMode: true
          allowedNamespaces: { from: All }
        """;
    var spec = bind(McpServer.class, text).spec();
    assertThat(spec.transport()).isEqualTo(McpServer.Transport.StreamableHttp);
    assertThat(spec.tools().deny()).isEqualTo(List.of("delete_*"));
    assertThat(spec.pinning()).isEqualTo(McpServer.Pinning.Approve);
    assertThat(spec.codeMode()).isTrue();
  }
}
