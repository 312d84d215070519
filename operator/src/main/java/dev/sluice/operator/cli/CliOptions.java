package dev.sluice.operator.cli;

import dev.sluice.extproc.explain.Sketch;
import dev.sluice.operator.OperatorOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the command line asks.
///
/// @param namespace null where none was named
/// @param state null: `./.sluice`, if a gateway runs there
record CliOptions(
    Question question,
    Format format,
    @Nullable String namespace,
    boolean allNamespaces,
    @Nullable URI admin,
    @Nullable Path state,
    @Nullable String context) {

  static final String USAGE =
      """
      sluice get keys|teams|providers|mcp [options]
      sluice explain [NAMESPACE/]KEY --model MODEL [options]
      sluice mcp diff [[NAMESPACE/]SERVER] [options]

        get               the objects with their state, and how much of the tightest budget is left
        explain           what the gateway would do now with a request of this key: every step of
                          the decision, and why
        mcp diff          tools that wait for approval: what has changed, and the digest to approve
        --model MODEL     as a client asks for it: a model, an alias, provider/model, or opus
        --bytes N         of explain: the size of the body (a request of one word)
        --tools N         of explain: how many tools it lists (0)
        --with WHAT       of explain: thinking, web-search, document or image; repeatable
        --header 'N: V'   of explain: a header that routes look at; repeatable
        --session ID      of explain: a session (one that begins)
        --agent ID        of explain: an agent of the session
        -o FORMAT         table, json or yaml (table)
        -n NAME           the namespace; also --namespace (of a cluster: the context's; of a
                          machine: all)
        -A                all namespaces; also --all-namespaces
        --admin URL       ask the running up whose admin address this is
        --state DIR       ask the running up of this state folder
        --context NAME    ask the cluster of this context of the kubeconfig
        --help            this text

      Without the last three, the up of ./.sluice is asked where one runs, else the kubeconfig's
      cluster. Exit code 0; of explain 1 where the request would be refused, of mcp diff 1 where a
      tool waits; 2 where the question cannot be answered.
      """;

  enum Format {
    TABLE,
    JSON,
    YAML
  }

  sealed interface Question {
    record Get(Listed listed) implements Question {}

    record Explain(String key, String model, Sketch sketch) implements Question {}

    /// @param server null for all
    record Diff(@Nullable String server) implements Question {}
  }

  /// @param arguments the command first
  static CliOptions parse(List<String> arguments) throws CliException {
    String subject = null;
    String model = null;
    var format = Format.TABLE;
    String namespace = null;
    boolean all = false;
    URI admin = null;
    Path state = null;
    String context = null;
    var sketch = new SketchOptions();
    var command = arguments.getFirst();
    var words = OperatorOptions.words(afterCommand(arguments));
    for (var left = words.iterator(); left.hasNext(); ) {
      var word = left.next();
      switch (word) {
        case "--model" -> model = value(word, left);
        case "-o", "--output" -> format = format(word, value(word, left));
        case "-n", "--namespace" -> namespace = value(word, left);
        case "-A", "--all-namespaces" -> all = true;
        case "--admin" -> admin = address(word, value(word, left));
        case "--state" -> state = Path.of(value(word, left));
        case "--context" -> context = value(word, left);
        default -> {
          if (command.equals("explain") && SketchOptions.NAMES.contains(word)) {
            sketch.take(word, value(word, left));
          } else if (word.startsWith("-") || subject != null) {
            throw new CliException(
                word + " (expected: an option of sluice " + command + " --help)");
          } else {
            subject = word;
          }
        }
      }
    }
    if (Stream.of(admin, state, context).filter(place -> place != null).count() > 1) {
      throw new CliException("--admin, --state, --context (expected: one of them at most)");
    }
    if (all && namespace != null) {
      throw new CliException("-A and -n " + namespace + " (expected: one of them at most)");
    }
    var question =
        switch (command) {
          case "get" -> get(subject, model);
          case "mcp" -> diff(subject, model);
          default -> explain(subject, model, sketch.sketch());
        };
    return new CliOptions(question, format, namespace, all, admin, state, context);
  }

  /// Of `mcp` a second word is the command's.
  private static List<String> afterCommand(List<String> arguments) throws CliException {
    if (!arguments.getFirst().equals("mcp")) {
      return arguments.subList(1, arguments.size());
    }
    var second = arguments.size() < 2 ? "" : arguments.get(1);
    if (!second.equals("diff")) {
      throw new CliException("mcp " + second + " (expected: mcp diff)");
    }
    return arguments.subList(2, arguments.size());
  }

  private static Question diff(@Nullable String server, @Nullable String model)
      throws CliException {
    refuse(model);
    return new Question.Diff(server);
  }

  private static void refuse(@Nullable String model) throws CliException {
    if (model != null) {
      throw new CliException("--model " + model + " (expected: with explain only)");
    }
  }

  private static Question get(@Nullable String subject, @Nullable String model)
      throws CliException {
    refuse(model);
    var said = subject == null ? "" : subject;
    return new Question.Get(
        Listed.of(said)
            .orElseThrow(
                () ->
                    new CliException(
                        "get " + said + " (expected: keys, teams, providers or mcp)")));
  }

  private static Question explain(@Nullable String subject, @Nullable String model, Sketch sketch)
      throws CliException {
    if (subject == null || subject.isEmpty()) {
      throw new CliException("explain (expected: the name of a VirtualKey after it)");
    }
    if (model == null || model.isEmpty()) {
      throw new CliException("--model is missing (expected: what a client asks for)");
    }
    return new Question.Explain(subject, model, sketch);
  }

  private static String value(String option, Iterator<String> left) throws CliException {
    if (!left.hasNext()) {
      throw new CliException(option + " (expected: a value after it)");
    }
    return left.next();
  }

  private static Format format(String option, String text) throws CliException {
    return switch (text) {
      case "table" -> Format.TABLE;
      case "json" -> Format.JSON;
      case "yaml" -> Format.YAML;
      default -> throw new CliException(option + " " + text + " (expected: table, json or yaml)");
    };
  }

  private static URI address(String option, String text) throws CliException {
    try {
      var uri = new URI(text);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Told below.
    }
    throw new CliException(
        option + " " + text + " (expected: a URL, for example http://127.0.0.1:8081)");
  }
}
