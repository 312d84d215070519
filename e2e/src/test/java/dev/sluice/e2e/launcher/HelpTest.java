package dev.sluice.e2e.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.sluice.demo.Demo -h",
        "dev.sluice.demo.Demo --help",
        "dev.sluice.standalone.Main up -h",
        "dev.sluice.standalone.Main up --help",
        "dev.sluice.standalone.Main gateway --help",
        "dev.sluice.operator.Main --help",
        "dev.sluice.operator.cli.Main get --help",
        "dev.sluice.operator.cli.Main explain -h",
        "dev.sluice.standalone.Main validate -h",
        "dev.sluice.standalone.Main ledger --help"
      })
  void prints_help(String line) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<>(List.of(java, "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(line.split(" ")));
    var process = new ProcessBuilder(command).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output).startsWith("sluice ");
  }
}
