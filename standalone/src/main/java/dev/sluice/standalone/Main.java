package dev.sluice.standalone;

import dev.sluice.standalone.fetch.FetchCommand;
import dev.sluice.standalone.gateway.GatewayCommand;
import dev.sluice.standalone.ledger.LedgerCommand;
import dev.sluice.standalone.tools.ToolHostCommand;
import dev.sluice.standalone.up.Up;
import dev.sluice.standalone.validate.ValidateCommand;
import dev.sluice.standalone.warm.WarmUp;
import dev.sluice.xds.log.LibraryLog;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The commands of the program.
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    LibraryLog.install();
    var command = arguments.length == 0 ? "" : arguments[0];
    var rest = words(List.of(arguments).subList(Math.min(1, arguments.length), arguments.length));
    System.exit(
        switch (command) {
          case "up" -> Up.run(rest);
          case "gateway" -> GatewayCommand.run(rest);
          case "tool-host" -> ToolHostCommand.run(rest);
          case "train" -> WarmUp.train();
          case "validate" -> ValidateCommand.run(rest, System.out);
          case "ledger" -> LedgerCommand.run(rest, System.getenv());
          case "fetch" -> FetchCommand.run(rest, System.getenv());
          default -> unknown(command);
        });
  }

  /// `--option=value` is two words.
  static List<String> words(List<String> arguments) {
    return arguments.stream()
        .flatMap(
            word -> word.startsWith("--") ? Arrays.stream(word.split("=", 2)) : Stream.of(word))
        .toList();
  }

  private static int unknown(String command) {
    System.err.println(
        "sluice: " + command + " (expected: up, gateway, tool-host, validate, ledger or fetch)");
    return 2;
  }
}
