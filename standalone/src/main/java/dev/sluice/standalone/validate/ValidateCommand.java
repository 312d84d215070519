package dev.sluice.standalone.validate;

import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.secret.SecretVariables;
import dev.sluice.standalone.manifests.PolicyFeed;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.up.UpOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The command validate: the compile step of `up`, with nothing started and nothing written; for
/// the checks of a repository of manifests.
public final class ValidateCommand {

  private static final String USAGE =
      """
      sluice validate [-f PATH]...

        -f PATH   a file or folder of manifests; repeatable (./manifests)
        --help    this text

      Prints FILE:LINE: what is wrong and what was expected, one line each, and what is valid and
      has no effect. Exit code 0 where nothing is wrong, 1 where something is, 2 where the command
      line is.
      """;

  private static final int BAD = 1;
  private static final int MISUSED = 2;

  private ValidateCommand() {}

  /// Does what it was asked to, and returns the exit code.
  public static int run(List<String> arguments, PrintStream out) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(USAGE);
      return 0;
    }
    try {
      return validate(paths(arguments), out);
    } catch (UsageException e) {
      System.err.println("sluice: " + e.sentence());
      return MISUSED;
    }
  }

  private static List<Path> paths(List<String> arguments) throws UsageException {
    var paths = new ArrayList<Path>();
    for (var left = arguments.iterator(); left.hasNext(); ) {
      var option = left.next();
      if (!option.equals("-f")) {
        throw new UsageException(option + " (expected: an option of sluice validate --help)");
      }
      paths.add(UpOptions.existing(UpOptions.value(option, left)));
    }
    return paths.isEmpty() ? List.of(UpOptions.defaultManifests()) : paths;
  }

  private static int validate(List<Path> paths, PrintStream out) {
    var compiler = new Compiler(Catalogue.anthropic(), SecretVariables.of(System.getenv()));
    var compilation = PolicyFeed.tried(paths, compiler, InstantSource.system());
    compilation.problems().stream().sorted().forEach(out::println);
    compilation.warnings().forEach(out::println);
    if (!compilation.problems().isEmpty()) {
      return BAD;
    }
    var snapshot = compilation.snapshot();
    var warned =
        compilation.warnings().isEmpty() ? "" : ", warnings " + compilation.warnings().size();
    var servers =
        snapshot.servers().isEmpty() ? "" : ", servers of tools " + snapshot.servers().size();
    out.printf(
        "valid: keys %d, providers %d%s%s%n",
        snapshot.keys().size(), snapshot.upstreams().size(), servers, warned);
    return 0;
  }
}
