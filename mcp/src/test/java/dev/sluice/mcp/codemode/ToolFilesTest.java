package dev.sluice.mcp.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.codemode.ToolFiles.Detail;
import dev.sluice.mcp.codemode.ToolFiles.Reading;
import dev.sluice.mcp.sandbox.Sandboxes;
import dev.sluice.mcp.sandbox.ToolName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tools of `golden/codemode/NAME.json` as a model reads them, in `NAME.txt`; `-Dgolden=write`
/// writes these.
class ToolFilesTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/codemode");
  private static final JsonMapper JSON = JsonMapper.shared();

  @ParameterizedTest
  @ValueSource(strings = {"plain", "schemas", "references", "hostile"})
  void declares_tools(String name) {
    var told = told(new ToolFiles(tools(name)));
    var file = FOLDER.resolve(name + ".txt");
    try {
      if ("write".equals(System.getProperty("golden"))) {
        Files.writeString(file, told);
      }
      assertThat(told).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "schemas", "references", "hostile"})
  void declares_nothing_but_types(String name) {
    var files = new ToolFiles(tools(name));
    for (var tool : files.names()) {
      var path = "servers/" + tool.server() + ".d.ts";
      if (files.read(path, 1, Integer.MAX_VALUE) instanceof Reading.Lines lines) {
        assertThat(Sandboxes.returned(String.join("\n", lines.lines()) + "\nreturn 1"))
            .isEqualTo("1");
      }
    }
  }

  private static String told(ToolFiles files) {
    var told = new StringBuilder("# tree\n").append(files.tree(Detail.NAMES));
    told.append("\n# tree with summaries\n").append(files.tree(Detail.SUMMARIES));
    for (var name : files.names().stream().map(ToolName::server).distinct().toList()) {
      var path =
          files.tree(Detail.NAMES).lines().filter(line -> line.contains("/" + name)).toList();
      told.append("\n# ").append(name).append("\n");
      if (!path.isEmpty() && all(files, path.getFirst()) instanceof Reading.Lines lines) {
        lines.lines().forEach(line -> told.append(line).append('\n'));
      }
    }
    for (var name : files.names()) {
      told.append("\n# docs of ").append(name).append("\n").append(files.docs(name).orElseThrow());
    }
    return told.toString();
  }

  private static Reading all(ToolFiles files, String line) {
    return files.read(line.substring(0, line.indexOf(' ')), 1, Integer.MAX_VALUE);
  }

  private static List<DeclaredTool> tools(String name) {
    try {
      var tools = new ArrayList<DeclaredTool>();
      for (var tool : JSON.readTree(Files.readString(FOLDER.resolve(name + ".json")))) {
        tools.add(tool(tool));
      }
      return tools;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DeclaredTool tool(JsonNode tool) {
    return new DeclaredTool(
        new ToolName(tool.get("server").asString(), tool.get("name").asString()),
        tool.path("description").asString(""),
        tool.get("inputSchema"),
        tool.get("outputSchema"));
  }

  @Test
  void keeps_its_order_whatever_order_tools_come_in() {
    var tools = new ArrayList<>(tools("plain"));
    var files = new ToolFiles(tools);
    Collections.reverse(tools);
    assertThat(told(new ToolFiles(tools))).isEqualTo(told(files));
  }

  @Test
  void reads_some_lines_of_a_file() {
    var files = new ToolFiles(tools("plain"));
    assertThat(files.read("servers/github.d.ts", 1, 2))
        .isEqualTo(new Reading.Lines(List.of("interface Servers {", "  github: {"), 1, 25));
    assertThat(files.read("servers/github.d.ts", 25, 1000))
        .isEqualTo(new Reading.Lines(List.of("}"), 25, 25));
    assertThat(files.read("servers/github.d.ts", -3, 1))
        .isEqualTo(new Reading.Lines(List.of("interface Servers {"), 1, 25));
    assertThat(files.read("servers/github.d.ts", 500, 600))
        .isEqualTo(new Reading.Lines(List.of(), 26, 25));
  }

  @Test
  void names_all_files_where_one_is_not_there() {
    assertThat(new ToolFiles(tools("plain")).read("../etc/passwd", 1, 5))
        .isEqualTo(new Reading.NoFile(List.of("servers/github.d.ts", "servers/my-files.d.ts")));
  }

  @Test
  void has_no_docs_of_a_tool_that_is_not_there() {
    var files = new ToolFiles(tools("plain"));
    assertThat(files.docs(new ToolName("github", "nothing"))).isEmpty();
    assertThat(files.docs(new ToolName("nowhere", "get_issue"))).isEmpty();
  }

  @Test
  void bounds_a_schema_that_grows_by_its_references() {
    var schema = new StringBuilder("{\"$defs\":{\"d0\":{\"type\":\"string\"}");
    for (int i = 1; i < 30; i++) {
      var last = "{\"$ref\":\"#/$defs/d" + (i - 1) + "\"}";
      schema.append(",\"d").append(i).append("\":{\"type\":\"object\",\"properties\":{\"a\":");
      schema.append(last).append(",\"b\":").append(last).append("}}");
    }
    schema.append("},\"$ref\":\"#/$defs/d29\"}");
    assertThat(Types.of(JSON.readTree(schema.toString()), 0)).hasSizeLessThan(100_000);
  }
}
