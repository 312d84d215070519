package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.Reach.Text;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.mcp.ToolServer.Pins;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What becomes of servers of tools, their secrets, and who may use them.
class ToolServersTest {

  private static final String SECRET =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: s }
      stringData: { token: token-1, alice: alice-alice-alice-alice }
      """;
  private static final String SERVER =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: github }
      spec:
        transport: StreamableHttp
        url: https://mcp.example.com/mcp
        headers: [ { name: x-token, secretRef: { name: s, key: token } } ]
      """;
  private static final String ALICE =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec:
        keySecretRef: { name: s, key: alice }
        mcp: [ { server: github, tools: [ "get_*" ] } ]
      """;
  private static final ObjectName GITHUB = new ObjectName("default", "github");

  private static Compilation compile(LastGood last, String... texts) {
    var files = new ManifestFile[texts.length];
    for (int i = 0; i < texts.length; i++) {
      files[i] = new ManifestFile("f" + i + ".yaml", texts[i]);
    }
    return Worlds.compile(last, files);
  }

  private static LastGood good() {
    var compilation = compile(LastGood.NONE, SECRET, SERVER, ALICE);
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.warnings()).isEmpty();
    return compilation.good();
  }

  @Test
  void another_api_server_is_another_version_of_the_policy() {
    var compiler = new Compiler(Catalogue.anthropic());
    var world = Manifests.read(List.of(new ManifestFile("f.yaml", SERVER)));
    var made = MadeKeys.of(new TreeMap<>());
    var none = compiler.compile(world, LastGood.NONE, made).snapshot();
    assertThat(none.apiServers()).isEmpty();
    var first = new TreeSet<>(Set.of(ApiServer.of("192.0.2.10", 6443).orElseThrow()));
    var known = compiler.compile(world.with(first), LastGood.NONE, made).snapshot();
    assertThat(known.apiServers()).isEqualTo(first);
    var second = new TreeSet<>(Set.of(ApiServer.of("192.0.2.11", 6443).orElseThrow()));
    var moved = compiler.compile(world.with(second), LastGood.NONE, made).snapshot();
    assertThat(List.of(none.version(), known.version(), moved.version())).doesNotHaveDuplicates();
  }

  private static Compilation full() {
    var file = Worlds.file(Worlds.RESOURCES.resolve("valid/tools.yaml"));
    return Worlds.compile(LastGood.NONE, Worlds.base(), file);
  }

  private static ToolServer server(Compilation compilation, String name) {
    return compilation.snapshot().servers().get(new ObjectName("default", name));
  }

  private static KeyPolicy key(Compilation compilation, String name) {
    return compilation.snapshot().keysByName().stream()
        .filter(key -> key.name().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_server_is_what_its_manifest_says() {
    var github = server(full(), "github");
    var http = (Reach.Http) github.reach();
    assertThat(http.url()).isEqualTo(URI.create("https://mcp.example.com:8443/mcp/v1"));
    assertThat(http.old()).isFalse();
    assertThat(http.headers())
        .containsExactly(
            new Reach.Header("X-Team", new Text.Plain("payments and sales")),
            new Reach.Header("X-Region", new Text.Secret("default/github/headers.x-region")),
            new Reach.Header("Authorization", new Text.Secret("default/github/auth.secretRef")));
    assertThat(http.auth()).isEqualTo(new Reach.Auth.None());
    assertThat(http.caPem()).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(github.timeouts())
        .isEqualTo(
            new ToolServer.Timeouts(
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                Duration.ofSeconds(90)));
    assertThat(github.allowed().patterns()).containsExactly("get_*", "list_*", "issue/read");
    assertThat(github.denied().patterns()).containsExactly("get_secret*");
    assertThat(github.pins()).isEqualTo(Pins.APPROVE);
    assertThat(List.copyOf(github.approvedDigests())).hasSize(2).isSorted();
    assertThat(github.codeMode()).isTrue();
    assertThat(github.callPrice()).isEqualTo(NanoUsd.parse("0.0025"));
    assertThat(github.recording().redact()).hasSize(3);
    assertThat(github.resultBytesMax()).isEqualTo(65_536);
  }

  @Test
  void a_server_of_the_old_transport_signs_in_by_itself() {
    var http = (Reach.Http) server(full(), "tickets").reach();
    assertThat(http.old()).isTrue();
    assertThat(http.auth())
        .isEqualTo(
            new Reach.Auth.ClientCredentials(
                URI.create("https://id.example.com/oauth/token"),
                "sluice of tools",
                "default/tickets/auth.clientSecretRef",
                List.of("tickets:read"),
                "https://tickets.example.com"));
  }

  @Test
  void a_program_has_its_words_and_its_variables() {
    var stdio = (Reach.Stdio) server(full(), "files").reach();
    assertThat(stdio.command())
        .containsExactly("/usr/bin/mcp-files", "--root", "/srv/shared files");
    assertThat(stdio.environment())
        .isEqualTo(
            Map.of(
                "LANG", new Text.Plain("C.UTF-8"),
                "REGION", new Text.Secret("default/files/env.REGION")));
  }

  @Test
  void what_a_manifest_leaves_out_has_a_default() {
    var plain = server(full(), "plain");
    assertThat(plain.pins()).isEqualTo(Pins.FIRST_USE);
    assertThat(plain.allowed()).isEqualTo(Globs.ALL);
    assertThat(plain.denied().patterns()).isEmpty();
    assertThat(plain.callPrice()).isEqualTo(NanoUsd.ZERO);
    assertThat(plain.recording()).isEqualTo(ToolServer.Recording.NONE);
    assertThat(plain.resultBytesMax()).isEqualTo(1_048_576);
    assertThat(plain.timeouts().total()).isEqualTo(Duration.ofMinutes(5));
    assertThat(plain.codeMode()).isFalse();
  }

  @Test
  void secrets_are_apart_from_the_snapshot_and_never_shown() {
    var compilation = full();
    assertThat(compilation.toolSecrets().values())
        .isEqualTo(
            Map.of(
                "default/github/auth.secretRef", "Bearer tools-credential",
                "default/github/headers.x-region", "eu",
                "default/tickets/auth.clientSecretRef", "client-credential",
                "default/files/env.REGION", "eu"));
    assertThat(compilation.toString() + compilation.snapshot())
        .doesNotContain("tools-credential")
        .doesNotContain("client-credential");
  }

  @Test
  void a_rotated_secret_is_a_new_version_of_the_policy() {
    var before = compile(LastGood.NONE, SECRET, SERVER, ALICE);
    var after = compile(before.good(), SECRET.replace("token-1", "token-2"), SERVER, ALICE);
    assertThat(after.snapshot().version()).isNotEqualTo(before.snapshot().version());
    assertThat(after.snapshot().servers()).isEqualTo(before.snapshot().servers());
    assertThat(after.toolSecrets().values()).containsValue("token-2");
  }

  @Test
  void a_key_has_its_own_list_and_those_of_its_teams() {
    var carol = key(full(), "carol").tools();
    assertThat(carol.lists()).hasSize(2);
    assertThat(carol.permits(GITHUB, "get_issue")).isTrue();
    assertThat(carol.permits(GITHUB, "get_user")).isFalse();
    assertThat(carol.permits(new ObjectName("default", "files"), "read")).isTrue();
    assertThat(key(full(), "dave").tools()).isEqualTo(ToolAccess.NONE);
    assertThat(key(full(), "alice").tools()).isEqualTo(ToolAccess.NONE);
  }

  @Test
  void an_empty_list_of_a_team_lets_no_tool() {
    var team =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: t }
        spec: { mcp: [] }
        """;
    var key = ALICE.replace("spec:\n", "spec:\n  team: t\n");
    var compilation = compile(LastGood.NONE, SECRET, SERVER, team, key);
    assertThat(key(compilation, "alice").tools().permits(GITHUB, "get_issue")).isFalse();
    assertThat(compilation.warnings().toString())
        .contains("spec.mcp[0].tools[0]: get_* has no effect: spec.mcp of team t has nothing");
    var without = compile(LastGood.NONE, SECRET, SERVER, team.replace("mcp: []", ""), key);
    assertThat(key(without, "alice").tools().permits(GITHUB, "get_issue")).isTrue();
  }

  @Test
  void a_bad_server_keeps_its_last_good_version_with_the_secrets_of_now() {
    var bad = SERVER.replace("https://mcp", "ftp://mcp");
    var compilation = compile(good(), SECRET.replace("token-1", "token-2"), bad, ALICE);
    assertThat(compilation.problems()).hasSize(1);
    var http = (Reach.Http) server(compilation, "github").reach();
    assertThat(http.url()).isEqualTo(URI.create("https://mcp.example.com/mcp"));
    assertThat(compilation.toolSecrets().values()).containsValue("token-2");
    assertThat(key(compilation, "alice").tools().permits(GITHUB, "get_issue")).isTrue();
  }

  @Test
  void a_malformed_secret_keeps_the_last_good_one() {
    var secret = SECRET.replace("token-1", "\"token\\n1\"");
    var compilation = compile(good(), secret, SERVER, ALICE);
    assertThat(compilation.problems()).hasSize(1);
    assertThat(compilation.toolSecrets().values()).containsValue("token-1");
  }

  @Test
  void a_server_whose_secret_is_deleted_is_gone() {
    var compilation = compile(good(), SECRET.replace("token: token-1, ", ""), SERVER, ALICE);
    assertThat(compilation.snapshot().servers()).isEmpty();
    assertThat(compilation.toolSecrets().values()).isEmpty();
  }

  @Test
  void a_key_stays_when_its_server_is_deleted_and_loses_its_tools() {
    var compilation = compile(good(), SECRET, ALICE);
    assertThat(compilation.problems().toString()).contains("spec.mcp[0].server: github");
    assertThat(key(compilation, "alice").tools()).isEqualTo(ToolAccess.NONE);
  }

  @Test
  void a_server_of_another_namespace_is_granted_where_it_lets() {
    var there =
        SERVER.replace("{ name: github }", "{ name: github, namespace: tools }")
            + "  allowedNamespaces: { from: All }\n---\n"
            + SECRET.replace("{ name: s }", "{ name: s, namespace: tools }");
    var key = ALICE.replace("server: github,", "server: github, namespace: tools,");
    var compilation = compile(LastGood.NONE, SECRET, there, key);
    assertThat(compilation.problems()).isEmpty();
    var server = new ObjectName("tools", "github");
    assertThat(key(compilation, "alice").tools().permits(server, "get_issue")).isTrue();
    var closed = there.replace("from: All", "from: Same");
    var after = compile(compilation.good(), SECRET, closed, key);
    assertThat(after.problems().toString()).contains("an McpServer whose allowedNamespaces has");
    assertThat(key(after, "alice").tools()).isEqualTo(ToolAccess.NONE);
  }

  @Test
  void what_was_in_force_is_recalled_from_the_kept_manifests() {
    var files =
        List.of(
            new ManifestFile("s", SECRET),
            new ManifestFile("github", SERVER),
            new ManifestFile("alice", ALICE));
    var recalled =
        new Compiler(Catalogue.anthropic())
            .recall(Manifests.read(files), Set.of("github"), MadeKeys.of(Map.of()));
    assertThat(recalled.servers()).containsOnlyKeys(GITHUB);
  }

  @Test
  void the_manifests_of_the_page_on_tools_are_good() {
    var page = Worlds.file(Path.of("..", "docs", "tools.md")).text();
    var blocks =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(block -> block.group(1))
            .toList();
    var file = new ManifestFile("tools.md", String.join("---\n", blocks));
    var compilation = Worlds.compile(LastGood.NONE, file);
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.snapshot().servers()).hasSize(4);
    assertThat(compilation.keysToGenerate()).hasSize(2);
  }

  private static List<String> warnings(String server, String key) {
    var compilation = compile(LastGood.NONE, SECRET, server, key);
    assertThat(compilation.problems()).isEmpty();
    return compilation.warnings().stream().map(w -> w.field() + ": " + w.fault().text()).toList();
  }

  @Test
  void a_server_has_a_url_or_a_command_and_the_sentence_names_what_is_too_much() {
    var both = SERVER + "  command: [ npx, \"--token=secret\" ]\n";
    assertThat(sentences(both))
        .containsExactly(
            "spec.command: npx (expected: none with transport: StreamableHttp, which has a url)");
    var program = SERVER.replace("StreamableHttp", "Stdio").replaceFirst("  headers.*\n", "");
    assertThat(sentences(program + "  command: [ npx ]\n"))
        .containsExactly(
            "spec.url: https://mcp.example.com/mcp (expected: none with transport: Stdio, which has"
                + " a command)");
  }

  private static List<String> sentences(String server) {
    return compile(LastGood.NONE, SECRET, server).problems().stream()
        .map(problem -> problem.field() + ": " + problem.fault().text())
        .toList();
  }

  @Test
  void a_grant_that_leads_to_nothing_is_told() {
    assertThat(warnings(SERVER + "  tools: { allow: [ \"list_*\" ] }\n", ALICE))
        .containsExactly(
            "spec.mcp[0].tools[0]: get_* has no effect: spec.tools.allow of server github has"
                + " nothing of it");
    assertThat(warnings(SERVER + "  tools: { deny: [ \"g*\" ] }\n", ALICE))
        .containsExactly(
            "spec.mcp[0].tools[0]: get_* has no effect: spec.tools.deny of server github has all of"
                + " it");
    assertThat(warnings(SERVER, ALICE.replace(", tools: [ \"get_*\" ]", "")))
        .containsExactly(
            "spec.mcp[0]: github has no effect: the grant has no tools (all of them: tools: [ \"*\""
                + " ])");
    assertThat(warnings(SERVER + "  tools: { deny: [ \"get_secret*\" ] }\n", ALICE)).isEmpty();
  }

  @Test
  void a_key_for_tools_alone_is_useful_and_one_for_nothing_is_not() {
    assertThat(warnings(SERVER, ALICE)).isEmpty();
    var nothing = ALICE.replace("  mcp: [ { server: github, tools: [ \"get_*\" ] } ]\n", "");
    assertThat(warnings(SERVER, nothing))
        .containsExactly("spec.providers: may use no model: spec.providers is empty");
  }

  @Test
  void what_a_server_says_in_vain_is_told() {
    var vain =
        SERVER
            + """
              pinning: Approve
              tools: { allow: [ "get_*", "delete_repo" ], deny: [ "delete_*" ] }
              recording: { redact: [ "sk-[a-z]+" ] }
            """;
    assertThat(warnings(vain, ALICE))
        .containsExactlyInAnyOrder(
            "spec.tools.allow[1]: delete_repo has no effect: spec.tools.deny has all of it",
            "spec.pinning: this server has no effect: no tool is served before its digest is in"
                + " spec.approvedDigests",
            "spec.recording.redact: the list has no effect: neither inputs nor outputs are"
                + " recorded");
  }

  @Test
  void a_server_that_a_team_names_and_that_is_not_there_is_told() {
    var team =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: t }
        spec: { mcp: [ { server: gone, tools: [ "*" ] } ] }
        """;
    var compilation = compile(LastGood.NONE, SECRET, team);
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.warnings().toString())
        .contains("spec.mcp[0]: gone has no effect: there is no such McpServer");
  }
}
