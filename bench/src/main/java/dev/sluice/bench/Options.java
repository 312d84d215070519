package dev.sluice.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What the command line asks for.
///
/// @param rounds how often each workload runs on each target
/// @param shrink divides the number of requests in a round
/// @param only which workloads to run: a pattern that is found in their names
/// @param gateway the program that is started as `PROGRAM up ...`; absent to leave Sluice out
/// @param writes where the results are kept; absent to only print them
public record Options(
    int rounds, int shrink, Pattern only, Optional<Path> gateway, Optional<Path> writes) {
  static final String USAGE =
      """
      usage: ./sluice bench [--rounds N] [--quick] [--only PATTERN] [--write]
                            [--gateway PROGRAM|none]
             ./sluice bench ledger
             ./sluice bench failover
             ./sluice bench scale [KEYS]
             ./sluice bench translation
             ./sluice bench tools
      """;

  private static final int QUICK_ROUNDS = 2;
  private static final int QUICK_SHRINK = 4;
  private static final int ROUNDS_MAX = 100;
  private static final int KEYS = 5_000;
  private static final int KEYS_MIN = 100;
  private static final int KEYS_MAX = 50_000;

  /// How many keys `scale` is to have: 5,000 unless it says.
  static int keys(String... args) {
    if (args.length == 1) {
      return KEYS;
    }
    int keys = args.length == 2 && args[1].matches("\\d{1,5}") ? Integer.parseInt(args[1]) : 0;
    if (keys < KEYS_MIN || keys > KEYS_MAX) {
      var given = String.join(" ", List.of(args).subList(1, args.length));
      throw new IllegalArgumentException(
          "scale: %s (expected: one number, %d..%d)".formatted(given, KEYS_MIN, KEYS_MAX));
    }
    return keys;
  }

  /// Reads the command line; what it cannot read is an `IllegalArgumentException` for the user.
  static Options of(String... args) {
    var options =
        new Options(
            5,
            1,
            Pattern.compile(""),
            Optional.of(Path.of("sluice").toAbsolutePath()),
            Optional.empty());
    for (int i = 0; i < args.length; i++) {
      options =
          switch (args[i]) {
            case "--quick" -> options.quick();
            case "--write" -> options.writingTo(Path.of("docs", "benchmarks"));
            case "--rounds" -> options.withRounds(value(args, ++i));
            case "--only" -> options.withOnly(value(args, ++i));
            case "--gateway" -> options.withGateway(value(args, ++i));
            default -> throw new IllegalArgumentException(args[i] + ": unknown option\n" + USAGE);
          };
    }
    return options;
  }

  private Options quick() {
    return new Options(QUICK_ROUNDS, QUICK_SHRINK, only, gateway, writes);
  }

  private Options writingTo(Path folder) {
    return new Options(rounds, shrink, only, gateway, Optional.of(folder));
  }

  private Options withRounds(String value) {
    if (!value.matches("[1-9]\\d{0,2}") || Integer.parseInt(value) > ROUNDS_MAX) {
      throw new IllegalArgumentException(
          "--rounds: %s (expected: 1..%d)".formatted(value, ROUNDS_MAX));
    }
    return new Options(Integer.parseInt(value), shrink, only, gateway, writes);
  }

  private Options withOnly(String value) {
    try {
      return new Options(rounds, shrink, Pattern.compile(value), gateway, writes);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("--only: " + value + " (expected: a pattern)", e);
    }
  }

  private Options withGateway(String value) {
    Optional<Path> program =
        value.equals("none") ? Optional.empty() : Optional.of(Path.of(value).toAbsolutePath());
    return new Options(rounds, shrink, only, program, writes);
  }

  private static String value(String[] args, int index) {
    if (index == args.length) {
      throw new IllegalArgumentException(args[index - 1] + ": no value\n" + USAGE);
    }
    return args[index];
  }
}
