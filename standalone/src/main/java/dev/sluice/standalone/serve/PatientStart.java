package dev.sluice.standalone.serve;

import dev.sluice.ledger.LedgerUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tries again what a Redis does not answer while a gateway starts: a machine where much starts at
/// once is slow. A Redis that is not there, or that refuses, ends the start at once.
public final class PatientStart {

  /// For all attempts; the last one may end later.
  public static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Logger LOG = LoggerFactory.getLogger(PatientStart.class);

  private PatientStart() {}

  /// What may be done again.
  public interface Attempt<T, E extends Exception> {
    T made() throws E, InterruptedException;
  }

  /// What opens several things.
  public interface Opening<T> {
    /// @param opened closed where the attempt fails
    T open(Owned opened) throws IOException, InterruptedException;
  }

  /// @throws LedgerUnavailableException where there is no answer in time
  public static <T, E extends Exception> T answered(Attempt<T, E> attempt)
      throws E, InterruptedException {
    return answered(attempt, ANSWERED_WITHIN);
  }

  static <T, E extends Exception> T answered(Attempt<T, E> attempt, Duration max)
      throws E, InterruptedException {
    long end = System.nanoTime() + max.toNanos();
    while (true) {
      try {
        return attempt.made();
      } catch (LedgerUnavailableException e) {
        if (!e.isSilence()) {
          throw e;
        }
        if (System.nanoTime() - end > 0) {
          throw new LedgerUnavailableException(
              "it could not start within %s: %s".formatted(max, e.getMessage()), e);
        }
        LOG.warn("Redis is slow, and is tried again: {}", e.getMessage());
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }

  /// The same for what opens things, which are owned when all is open.
  public static <T> T opened(Opening<T> opening, Owned owned)
      throws IOException, InterruptedException {
    return PatientStart.<T, IOException>answered(() -> once(opening, owned));
  }

  private static <T> T once(Opening<T> opening, Owned owned)
      throws IOException, InterruptedException {
    var opened = new Owned();
    try {
      T made = opening.open(opened);
      owned.add(opened);
      return made;
    } catch (RuntimeException | IOException | InterruptedException e) {
      opened.close();
      throw e;
    }
  }
}
