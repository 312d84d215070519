package dev.sluice.mcp.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.mcp.codemode.ToolFiles.Detail;
import dev.sluice.mcp.codemode.ToolFiles.Reading;
import dev.sluice.mcp.sandbox.ToolName;
import dev.sluice.testkit.fuzz.Frugal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whatever a server says of its tools becomes declarations that nothing hides in, and that no
/// comment of it ends.
final class DeclarationsFuzzTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final ToolName NAME = new ToolName("a", "b");

  static Stream<byte[]> schemas() throws IOException {
    var goldens = Path.of("src/test/resources/golden/codemode");
    try (var files = Files.list(goldens)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .flatMap(DeclarationsFuzzTest::each)
          .toList()
          .stream();
    }
  }

  private static Stream<byte[]> each(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file)).valueStream().map(JSON::writeValueAsBytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @MethodSource("schemas")
  @FuzzTest
  void any_schema_becomes_declarations_with_nothing_hidden(byte[] schema) {
    try {
      var tool = JSON.readTree(schema);
      Frugal.read(schema, () -> declare(tool));
    } catch (JacksonException _) {
      // No JSON, no tool.
    }
  }

  private static void declare(JsonNode json) {
    var description = json.path("description").stringValue("");
    var input = json.has("inputSchema") ? json.get("inputSchema") : json;
    var tool = new DeclaredTool(NAME, description, input, json.get("outputSchema"));
    var files = new ToolFiles(List.of(tool));
    var text = new StringBuilder(files.tree(Detail.SUMMARIES));
    text.append(files.docs(NAME).orElseThrow());
    if (files.read("servers/a.d.ts", 1, Integer.MAX_VALUE)
        instanceof Reading.Lines(var lines, _, var total)) {
      assertThat(lines).hasSize(total).startsWith("interface Servers {").endsWith("}");
      lines.forEach(text::append);
    } else {
      throw new AssertionError("no file");
    }
    assertThat(text.codePoints().filter(DeclarationsFuzzTest::hidden).boxed()).isEmpty();
  }

  private static boolean hidden(int point) {
    return point != '\n'
        && switch (Character.getType(point)) {
          case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> true;
          default -> false;
        };
  }

  static Stream<byte[]> names() {
    return Stream.of(
            "github get_issue", "my-server my.tool", "a */\u202e", "'\" \\\n", "__proto__ x")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("names")
  @FuzzTest
  void any_name_has_a_file_and_a_declaration(byte[] bytes) {
    var words = new String(bytes, StandardCharsets.UTF_8).split(" ", 2);
    var name = new ToolName(words[0], words[words.length - 1]);
    var tool = new DeclaredTool(name, words[0], JSON.createObjectNode(), null);
    Frugal.read(
        bytes,
        () -> {
          var files = new ToolFiles(List.of(tool));
          var path = files.tree(Detail.NAMES).lines().findFirst().orElseThrow();
          var file = path.substring(0, path.indexOf(" ("));
          assertThat(files.read(file, 1, 1)).isInstanceOf(Reading.Lines.class);
          assertThat(files.docs(name)).isPresent();
        });
    assertThat(Arrays.asList(words)).isNotEmpty();
  }
}
