package dev.sluice.standalone.tools;

import dev.sluice.mcp.upstream.stdio.ToolHost;
import dev.sluice.standalone.serve.Ended;
import dev.sluice.standalone.serve.Owned;
import dev.sluice.standalone.serve.Signals;
import dev.sluice.standalone.serve.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The command tool-host: programs for a gateway that must start none itself.
public final class ToolHostCommand {

  static final String USAGE =
      """
      sluice tool-host --socket PATH --allow COMMAND... [options]

        --socket PATH     where the gateway connects, whose --mcp-stdio names it too
        --allow COMMAND   a program that may be started: the first word of a server's command, as
                          it is there; repeatable
        --help            this text

      It needs no credentials, and should have none: each program gets its server's environment and
      nothing of this process.
      """;

  private ToolHostCommand() {}

  /// What it was asked to do.
  record Options(Path socket, Set<String> allowed) {
    Options {
      allowed = Set.copyOf(allowed);
    }

    static Options parse(List<String> arguments) throws UsageException {
      Path socket = null;
      var allowed = new HashSet<String>();
      var left = arguments.iterator();
      while (left.hasNext()) {
        var option = left.next();
        switch (option) {
          case "--socket" ->
              socket = Path.of(ToolOptions.value(option, left)).toAbsolutePath().normalize();
          case "--allow" -> allowed.add(ToolOptions.value(option, left));
          default ->
              throw new UsageException(
                  option + " (expected: an option of sluice tool-host --help)");
        }
      }
      return checked(socket, allowed);
    }

    private static Options checked(@Nullable Path socket, Set<String> allowed)
        throws UsageException {
      if (socket == null || allowed.isEmpty()) {
        throw new UsageException(
            (socket == null ? "no --socket" : "no --allow")
                + " (expected: one, see sluice tool-host --help)");
      }
      return new Options(socket, allowed);
    }
  }

  /// Runs until a signal, and returns the exit code.
  public static int run(List<String> arguments) throws InterruptedException {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(USAGE);
      return 0;
    }
    return Ended.run(owned -> serve(Options.parse(arguments), owned));
  }

  private static int serve(Options options, Owned owned) throws IOException, InterruptedException {
    var signals = Signals.install();
    owned.add(ToolHost.start(options.socket(), options.allowed(), ToolHost.Limits.DEFAULT));
    return switch (signals.await()) {
      case Signals.Ending.Asked() -> 0;
      case Signals.Ending.Failed(var sentence) -> Ended.failed(sentence);
    };
  }
}
