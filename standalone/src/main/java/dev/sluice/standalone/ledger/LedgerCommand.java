package dev.sluice.standalone.ledger;

import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.standalone.failure.FileFailure;
import dev.sluice.standalone.fetch.FetchException;
import dev.sluice.standalone.serve.UsageException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The command ledger.
public final class LedgerCommand {

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private LedgerCommand() {}

  /// Does what it was asked to, and returns the exit code.
  public static int run(List<String> arguments, Map<String, String> environment)
      throws InterruptedException {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(LedgerOptions.USAGE);
      return 0;
    }
    try {
      var options = LedgerOptions.parse(arguments, environment);
      try (var place = Place.open(options, environment)) {
        System.out.println("Redis     " + place.redisName());
        return switch (options.verb()) {
          case CHECK -> BooksCheck.run(place, System.out);
          case REBUILD -> BooksRebuild.run(place, options.loss(), System.out);
        };
      }
    } catch (UsageException e) {
      return ended(MISUSED, e.sentence());
    } catch (FetchException e) {
      return ended(FAILED, e.sentence());
    } catch (LedgerUnavailableException | LedgerUnfitException e) {
      return ended(FAILED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return ended(FAILED, FileFailure.sentence(e));
    }
  }

  static int ended(int code, String sentence) {
    System.err.println("sluice: " + sentence);
    return code;
  }
}
