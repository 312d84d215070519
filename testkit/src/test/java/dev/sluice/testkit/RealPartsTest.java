package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealPartsTest {

  @TempDir Path folder;

  @Test
  void the_variable_wins_over_the_path() throws Exception {
    var onPath = executable("tool");
    var given = executable("given");
    var environment = Map.of("PATH", folder.toString(), "SLUICE_TOOL", given.toString());
    assertThat(RealParts.find(environment, "SLUICE_TOOL", List.of("tool"))).isEqualTo(given);
    assertThat(RealParts.find(Map.of("PATH", "/nowhere:" + folder), "SLUICE_TOOL", List.of("tool")))
        .isEqualTo(onPath);
  }

  @Test
  void a_variable_that_names_no_executable_is_an_error_even_if_the_path_has_one() throws Exception {
    executable("tool");
    var environment = Map.of("PATH", folder.toString(), "SLUICE_TOOL", "/nowhere/tool");
    assertThatThrownBy(() -> RealParts.find(environment, "SLUICE_TOOL", List.of("tool")))
        .hasMessage("SLUICE_TOOL: /nowhere/tool (expected: the path of an executable file)");
  }

  @Test
  void a_missing_part_is_one_clear_sentence() {
    assertThatThrownBy(() -> RealParts.find(Map.of("PATH", "/x"), "SLUICE_T", List.of("a", "b")))
        .hasMessage("No a or b was found: set SLUICE_T to its path, or put it on the PATH.");
  }

  private Path executable(String name) throws Exception {
    var file = Files.createFile(folder.resolve(name));
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
