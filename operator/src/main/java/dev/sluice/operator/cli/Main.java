package dev.sluice.operator.cli;

import dev.sluice.core.listing.HiddenTool;
import dev.sluice.operator.cli.diff.HiddenTools;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `sluice get`, `sluice explain` and `sluice mcp`.
public final class Main {

  private static final int REFUSED = 1;
  private static final int UNANSWERED = 2;

  /// A tool waits for approval.
  private static final int WAITING = 1;

  private Main() {}

  /// @param arguments the command first
  public static void main(String[] arguments) {
    // A command has no log: what went wrong is one sentence.
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    int status = run(List.of(arguments), out, System.err);
    out.flush();
    System.exit(status);
  }

  /// Answers, and returns the exit code.
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(CliOptions.USAGE);
      return 0;
    }
    try {
      var options = CliOptions.parse(arguments);
      try (var source = Sources.open(options)) {
        err.println("sluice: asked " + source.name());
        return switch (options.question()) {
          case CliOptions.Question.Get(var listed) -> get(listed, options, source, out);
          case CliOptions.Question.Explain explain -> explain(explain, options, source, out);
          case CliOptions.Question.Diff(var server) -> diff(server, options, source, out);
        };
      }
    } catch (CliException e) {
      err.println("sluice: " + e.sentence());
      return UNANSWERED;
    }
  }

  private static int get(Listed listed, CliOptions options, Source source, PrintStream out)
      throws CliException {
    var named = options.namespace() == null ? source.namespace() : options.namespace();
    var namespace = options.allNamespaces() ? null : named;
    var rows = source.rows(listed, namespace);
    out.print(
        switch (options.format()) {
          case TABLE -> ListingTable.of(listed, rows, namespace);
          case JSON -> Documents.json(listed, rows);
          case YAML -> Documents.yaml(listed, rows);
        });
    return 0;
  }

  /// @param server null for all
  private static int diff(
      @Nullable String server, CliOptions options, Source source, PrintStream out)
      throws CliException {
    var named = options.namespace() == null ? source.namespace() : options.namespace();
    var namespace = options.allNamespaces() ? null : named;
    var hidden = server == null ? source.hidden(namespace) : hidden(server, namespace, source);
    out.print(
        switch (options.format()) {
          case TABLE -> HiddenTools.of(hidden);
          case JSON -> Documents.json(hidden);
          case YAML -> Documents.yaml(hidden);
        });
    return hidden.isEmpty() ? 0 : WAITING;
  }

  /// @param said `NAME` or `NAMESPACE/NAME`
  private static List<HiddenTool> hidden(String said, @Nullable String namespace, Source source)
      throws CliException {
    int slash = said.indexOf('/');
    var name = said.substring(slash + 1);
    var where = slash < 0 ? namespace : said.substring(0, slash);
    var servers = source.rows(Listed.SERVERS, where);
    if (servers.stream().noneMatch(server -> server.name().equals(name))) {
      throw new CliException(
          "server " + said + " is not there (expected: the name of an McpServer: sluice get mcp)");
    }
    return source.hidden(where).stream().filter(tool -> tool.server().equals(name)).toList();
  }

  private static int explain(
      CliOptions.Question.Explain asked, CliOptions options, Source source, PrintStream out)
      throws CliException {
    var key = KeyFinder.find(asked.key(), options.namespace(), source);
    var explanation = source.explain(key, asked.model(), asked.sketch());
    out.print(
        switch (options.format()) {
          case TABLE -> ExplanationText.of(explanation);
          case JSON -> Documents.json(explanation);
          case YAML -> Documents.yaml(explanation);
        });
    return explanation.outcome().served() ? 0 : REFUSED;
  }
}
