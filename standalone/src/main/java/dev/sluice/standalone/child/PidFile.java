package dev.sluice.standalone.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers a child across our own death: the second net, should the guard have died too.
///
/// @param mark a path that only our child has on its command line, so that a process that got the
///   same number later is left alone
public record PidFile(Path file, Path mark) {

  private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  public void write(Child child) throws IOException {
    Files.writeString(file, Long.toString(child.pid()));
  }

  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  /// Ends the child of an earlier run, if there is one left.
  public void endLeftover() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    var text = Files.readString(file).strip();
    if (text.matches("\\d{1,18}")) {
      ProcessHandle.of(Long.parseLong(text)).filter(this::ours).ifPresent(PidFile::end);
    }
    delete();
  }

  private boolean ours(ProcessHandle process) {
    return process
        .info()
        .commandLine()
        .map(line -> line.contains(mark.toAbsolutePath().toString()))
        .orElse(false);
  }

  private static void end(ProcessHandle process) {
    LOG.atWarn().addKeyValue("pid", process.pid()).log("ending a child of an earlier run");
    process.destroy();
    if (!endedWithin(process.onExit(), PATIENCE)) {
      process.destroyForcibly();
      if (!endedWithin(process.onExit(), PATIENCE)) {
        throw new IllegalStateException("process " + process.pid() + " cannot be killed");
      }
    }
  }

  /// Whether a process ends in time.
  static boolean endedWithin(CompletableFuture<?> exit, Duration patience) {
    try {
      exit.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("BUG: waiting for a process failed", e);
    }
  }
}
