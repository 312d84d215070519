package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The table of values in the chart's README is what values.yaml and values.schema.json say.
/// `-Dgolden=write` writes it.
class ChartReferenceTest {

  private static final Path README = Chart.FOLDER.resolve("README.md");
  private static final String BEGIN = "| value | default | meaning |\n|---|---|---|\n";

  private final List<String> rows = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  @Test
  void the_readme_has_every_value_with_its_default_and_its_meaning() throws IOException {
    var file = Chart.FOLDER.resolve("values.schema.json").toFile();
    var schema = JsonMapper.builder().build().readTree(file);
    var text = Files.readString(Chart.FOLDER.resolve("values.yaml"));
    tell("", schema, Serialization.unmarshal(text, JsonNode.class));
    assertThat(faults).isEmpty();

    var readme = Files.readString(README);
    var begin = readme.indexOf(BEGIN) + BEGIN.length();
    var end = readme.indexOf("\n\n", begin) + 1;
    var table = String.join("", rows);
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(README, readme.substring(0, begin) + table + readme.substring(end));
    } else {
      assertThat(readme.substring(begin, end)).isEqualTo(table);
    }
  }

  private void tell(String path, JsonNode schema, JsonNode value) {
    if (!schema.has("properties")) {
      if (schema.path("description").asText().isEmpty()) {
        faults.add(path + " has no description");
      }
      var meaning = schema.path("description").asText().replace("|", "\\|");
      rows.add("| `%s` | `%s` | %s |\n".formatted(path, value, meaning));
      return;
    }
    if (schema.path("additionalProperties").asBoolean(true)) {
      faults.add(path + " takes values that nobody reads");
    }
    for (var property : schema.path("properties").properties()) {
      var name = property.getKey();
      if (value.has(name)) {
        tell(path.isEmpty() ? name : path + "." + name, property.getValue(), value.path(name));
      } else if (!name.equals("global")) {
        faults.add(path + "." + name + " has no default");
      }
    }
    value
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!schema.path("properties").has(name)) {
                faults.add(path + "." + name + " is not in the schema");
              }
            });
  }
}
