package dev.sluice.demo.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;

/// Leaves nothing behind, whether a program ran to its end or was interrupted: no process, and no
/// folder.
public final class Ending {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration LOOKED_EVERY = Duration.ofMillis(20);

  private Ending() {}

  /// Makes the folder in which everything is kept, and sees to it that it goes.
  ///
  /// @param program as the launcher names it
  public static Path folder(String program, Terminal terminal) {
    try {
      var folder = Files.createTempDirectory("sluice-" + program + "-");
      var player = Thread.currentThread();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    // What fails from now on fails because it was interrupted.
                    terminal.mute();
                    player.interrupt();
                    endChildren();
                    delete(program, folder);
                  }));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asks each child once (a second signal would end the gateway without its own children), and
  /// kills what is still there at the end of the patience.
  private static void endChildren() {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    var asked = new HashSet<ProcessHandle>();
    while (ProcessHandle.current().descendants().findAny().isPresent()) {
      if (System.nanoTime() < deadline) {
        ProcessHandle.current().children().filter(asked::add).forEach(ProcessHandle::destroy);
      } else {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOKED_EVERY);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(String program, Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("sluice " + program + ": " + folder + " could not be deleted: " + e);
    }
  }
}
