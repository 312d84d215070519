package dev.sluice.e2e.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a project whose Maven makes empty jars, with a JDK that prints what it is given.
class LauncherTest {

  private static final Path LAUNCHER = Path.of("..", "sluice").toAbsolutePath().normalize();
  private static final String MAVEN =
      """
      #!/bin/sh
      cd "$(dirname "$0")"
      printf '%s\\n' "$HOME" >home-of-maven
      for module in standalone operator e2e bench; do
        mkdir -p $module/target/lib
        : >$module/target/sluice-$module.jar
        : >$module/target/lib/a.jar
      done
      """;
  private static final String JAVA =
      """
      #!/bin/sh
      printf '%s\\n' "$@"
      """;

  @TempDir Path folder;

  /// How a run of the launcher ended, and what it printed on both outputs.
  private record Ended(int status, String text) {}

  private Path project(String name) throws IOException {
    var project = folder.resolve(name);
    for (var module : List.of("standalone", "operator", "e2e", "bench")) {
      Files.createDirectories(project.resolve(module, "src", "main"));
      Files.createFile(project.resolve(module, "pom.xml"));
    }
    Files.createFile(project.resolve("pom.xml"));
    Files.createDirectory(project.resolve(".mvn"));
    Files.copy(LAUNCHER, project.resolve("sluice"));
    executable(project.resolve("mvnw"), MAVEN);
    return project;
  }

  private Path jdk() throws IOException {
    var jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    executable(jdk.resolve("bin", "java"), JAVA);
    executable(jdk.resolve("bin", "javac"), JAVA);
    return jdk;
  }

  private static void executable(Path file, String script) throws IOException {
    Files.writeString(file, script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Ended run(Path launcher, String... arguments) throws Exception {
    return run(launcher, Map.of("HOME", folder.toString()), arguments);
  }

  private Ended run(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    var command = new ArrayList<>(List.of("sh", launcher.toString()));
    command.addAll(List.of(arguments));
    var output = folder.resolve("output");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().putAll(environment);
    builder.environment().put("SLUICE_JAVA_HOME", jdk().toString());
    var process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }

  /// What the JDK was given as its class path, in a run that must succeed.
  private String classPath(Path launcher) throws Exception {
    var ended = run(launcher, "up");
    assertThat(ended.status()).describedAs(ended.text()).isZero();
    var lines = ended.text().lines().toList();
    return lines.get(lines.indexOf("-cp") + 1);
  }

  private static String classPathOf(Path project) throws IOException {
    var launch = project.toRealPath().resolve("target", "launcher");
    var lib = launch.resolve(Files.readString(launch.resolve("current")).strip(), "lib");
    return lib.resolve("sluice-standalone.jar") + ":" + lib.resolve("a.jar");
  }

  private void copy(Path from, Path to) throws Exception {
    var copied = new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start();
    assertThat(copied.waitFor()).isZero();
  }

  @Test
  void deletes_old_builds_and_nothing_else_where_its_path_has_a_space() throws Exception {
    var neighbour = Files.writeString(Files.createDirectory(folder.resolve("my")).resolve("a"), "");
    var project = project("my project");
    var launch = Files.createDirectories(project.resolve("target", "launcher"));
    for (var second = 1; second <= 5; second++) {
      Files.createDirectories(launch.resolve("app-100000000" + second, "lib"));
    }
    assertThat(classPath(project.resolve("sluice"))).isEqualTo(classPathOf(project));
    assertThat(neighbour).exists();
    assertThat(launch.resolve("app-1000000005")).exists();
    assertThat(launch.resolve("app-1000000004")).exists();
    assertThat(launch.resolve("app-1000000003")).doesNotExist();
    assertThat(launch.resolve("app-1000000001")).doesNotExist();
  }

  @Test
  void runs_the_build_of_the_folder_that_it_was_copied_or_moved_to() throws Exception {
    var project = project("first");
    assertThat(classPath(project.resolve("sluice"))).isEqualTo(classPathOf(project));
    var second = folder.resolve("second");
    copy(project, second);
    assertThat(classPath(second.resolve("sluice"))).isEqualTo(classPathOf(second));
    var third = Files.move(project, folder.resolve("third"));
    assertThat(classPath(third.resolve("sluice"))).isEqualTo(classPathOf(third));
    assertThat(run(third.resolve("sluice"), "up").text()).doesNotContain("building");
  }

  @Test
  void builds_anew_where_the_last_build_is_gone() throws Exception {
    var project = project("first");
    var launch = Files.createDirectories(project.resolve("target", "launcher"));
    Files.writeString(launch.resolve("current"), "/somewhere/else/app-1000000001\n");
    Files.createFile(launch.resolve("stamp"));
    assertThat(classPath(project.resolve("sluice"))).isEqualTo(classPathOf(project));
  }

  @Test
  void works_through_links_to_it() throws Exception {
    var project = project("project");
    var bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("gateway"), Path.of("..", "project", "sluice"));
    var link = Files.createSymbolicLink(folder.resolve("link"), bin.resolve("gateway"));
    assertThat(classPath(link)).isEqualTo(classPathOf(project));
    assertThat(bin.resolve("target")).doesNotExist();
    assertThat(folder.resolve("target")).doesNotExist();
  }

  @Test
  void works_without_a_home() throws Exception {
    var project = project("project");
    var ended = run(project.resolve("sluice"), Map.of(), "up", "-f", "a b");
    assertThat(ended.status()).describedAs(ended.text()).isZero();
    assertThat(ended.text()).endsWith("dev.sluice.standalone.Main\nup\n-f\na b\n");
    assertThat(Files.readString(project.resolve("home-of-maven"))).startsWith("/");
  }
}
