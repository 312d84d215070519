package dev.sluice.standalone.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import dev.sluice.mcp.upstream.stdio.Launcher;
import dev.sluice.standalone.serve.UsageException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a command line says of servers of tools.
class ToolOptionsTest {

  private static ToolOptions given(ToolOptions options, String option, String... value)
      throws UsageException {
    return options.with(option, List.of(value).iterator());
  }

  private static UrlGuard guard(ToolOptions options, Map<String, String> environment) {
    return new UrlGuard(options.guard(environment), UrlGuard.Resolver.SYSTEM);
  }

  @Test
  void addresses_of_this_machine_are_refused_unless_they_are_allowed() throws Exception {
    var here = URI.create("http://127.0.0.1:9000/mcp");
    var there = URI.create("http://127.0.0.1:9001/mcp");
    assertThatThrownBy(() -> guard(ToolOptions.OF_A_POD, Map.of()).addresses(here))
        .isInstanceOf(CallException.class);
    var allowed = given(ToolOptions.OF_A_POD, ToolOptions.ALLOW, "tools.local, 127.0.0.1:9000");
    assertThatCode(() -> guard(allowed, Map.of()).addresses(here)).doesNotThrowAnyException();
    assertThatThrownBy(() -> guard(allowed, Map.of()).addresses(there))
        .isInstanceOf(CallException.class);
    var range = given(allowed, ToolOptions.ALLOW, "127.0.0.0/8");
    assertThatCode(() -> guard(range, Map.of()).addresses(there)).doesNotThrowAnyException();
    assertThat(range.allowed()).hasSize(3);
  }

  @Test
  void more_addresses_are_refused_where_that_is_asked_for_but_those_that_are_allowed()
      throws Exception {
    var in = URI.create("http://10.1.2.3/mcp");
    var out = URI.create("http://10.1.2.4/mcp");
    var refused = given(ToolOptions.OF_A_POD, ToolOptions.REFUSE, "10.0.0.0/8, fd00::/8");
    assertThat(refused.refused()).hasSize(2);
    assertThatThrownBy(() -> guard(refused, Map.of()).addresses(in))
        .hasMessageContaining("10.1.2.3 has an address that may not be called");
    var both = given(refused, ToolOptions.ALLOW, "10.1.2.3");
    assertThatCode(() -> guard(both, Map.of()).addresses(in)).doesNotThrowAnyException();
    assertThatThrownBy(() -> guard(both, Map.of()).addresses(out))
        .isInstanceOf(CallException.class);
    var pod = Map.of("KUBERNETES_SERVICE_HOST", "172.16.0.1");
    assertThatThrownBy(() -> guard(both, pod).addresses(URI.create("https://172.16.0.1/")))
        .isInstanceOf(CallException.class);
  }

  @Test
  void the_api_server_of_a_pod_is_refused() {
    var url = URI.create("https://10.0.0.1/mcp");
    assertThatCode(() -> guard(ToolOptions.OF_A_POD, Map.of()).addresses(url))
        .doesNotThrowAnyException();
    var pod = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    assertThatThrownBy(() -> guard(ToolOptions.OF_A_POD, pod).addresses(url))
        .hasMessageContaining("may not be called");
  }

  @Test
  void programs_are_children_of_a_machine_and_of_no_pod_unless_it_is_told() throws Exception {
    assertThat(ToolOptions.OF_A_MACHINE.programs()).isEqualTo(new Launcher.Children());
    assertThat(ToolOptions.OF_A_POD.programs()).isEqualTo(new Launcher.Nowhere());
    assertThat(given(ToolOptions.OF_A_MACHINE, ToolOptions.STDIO, "off").programs())
        .isEqualTo(new Launcher.Nowhere());
    assertThat(given(ToolOptions.OF_A_POD, ToolOptions.STDIO, "/run/tools.sock").programs())
        .isEqualTo(new Launcher.Host(Path.of("/run/tools.sock")));
  }

  @Test
  void what_cannot_be_understood_is_named() {
    assertThatThrownBy(() -> given(ToolOptions.OF_A_POD, ToolOptions.ALLOW, "a b"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--mcp-allow a b (expected: HOST");
    assertThatThrownBy(() -> given(ToolOptions.OF_A_POD, ToolOptions.REFUSE, "tools.local"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--mcp-refuse tools.local (expected: an address or a range, as 10.0.0.0/8)");
    assertThatThrownBy(() -> given(ToolOptions.OF_A_POD, ToolOptions.STDIO))
        .hasMessageContaining("--mcp-stdio (expected: a value after it)");
    assertThatThrownBy(() -> ToolHostCommand.Options.parse(List.of("--socket", "/s")))
        .hasMessageContaining("no --allow");
    assertThatThrownBy(() -> ToolHostCommand.Options.parse(List.of("--allow", "npx")))
        .hasMessageContaining("no --socket");
    assertThatThrownBy(() -> ToolHostCommand.Options.parse(List.of("--shell")))
        .hasMessageContaining("--shell (expected: an option of sluice tool-host --help)");
  }

  @Test
  void limits_of_code_mode_are_said_by_their_names() throws Exception {
    var text = "wallMillisMax=30000, callsMax=500,enginesWarm=2,sharedMemoryBytesMax=33554432";
    var limits = given(ToolOptions.OF_A_POD, ToolOptions.CODE_MODE, text).codeMode();
    assertThat(limits.runs().program().wallMillisMax()).isEqualTo(30_000);
    assertThat(limits.runs().program().callsMax()).isEqualTo(500);
    assertThat(limits.runs().program().cpuMillisMax()).isEqualTo(10_000);
    assertThat(limits.capacity().enginesWarm()).isEqualTo(2);
    assertThat(limits.capacity().memoryBytesMax()).isEqualTo(32 << 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "callsMax=10001 | callsMax: 10001 (expected: 0..10000)",
        "keyRunsMax=99999999999 | keyRunsMax: 2147483647 (expected: 1..256)",
        "calls=5 | --code-mode calls=5 (expected: LIMIT=NUMBER, with one of wallMillisMax, ",
        "callsMax=-1 | --code-mode callsMax=-1 (expected: LIMIT=NUMBER, with one of ",
        "callsMax | --code-mode callsMax (expected: LIMIT=NUMBER, with one of "
      })
  void a_limit_of_code_mode_that_is_none_is_told(String text, String sentence) {
    assertThatThrownBy(() -> given(ToolOptions.OF_A_MACHINE, ToolOptions.CODE_MODE, text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(sentence);
  }
}
