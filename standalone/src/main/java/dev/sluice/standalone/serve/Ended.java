package dev.sluice.standalone.serve;

import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.standalone.failure.FileFailure;
import dev.sluice.standalone.fetch.FetchException;
import java.io.IOException;

/// How a command that serves ends: its exit code, and one sentence where it failed.
public final class Ended {

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Ended() {}

  /// A command from its options to its end.
  @FunctionalInterface
  public interface Command {
    /// Returns the exit code.
    ///
    /// @param owned what it opens, closed after it
    int run(Owned owned) throws UsageException, FetchException, IOException, InterruptedException;
  }

  public static int run(Command command) throws InterruptedException {
    try (var owned = new Owned()) {
      return command.run(owned);
    } catch (UsageException e) {
      return with(MISUSED, e.sentence());
    } catch (FetchException e) {
      return failed(e.sentence());
    } catch (LedgerUnavailableException | LedgerUnfitException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(FileFailure.sentence(e));
    }
  }

  public static int failed(String sentence) {
    return with(FAILED, sentence);
  }

  private static int with(int code, String sentence) {
    System.err.println("sluice: " + sentence);
    return code;
  }
}
