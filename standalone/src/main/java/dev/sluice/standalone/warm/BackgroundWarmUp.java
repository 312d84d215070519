package dev.sluice.standalone.warm;

import dev.sluice.standalone.socket.EventLoops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// The warm-up, while Redis and Envoy start.
public record BackgroundWarmUp(FutureTask<@Nullable Void> task) {

  public static BackgroundWarmUp start(EventLoops loops, Path socket) {
    var task =
        new FutureTask<@Nullable Void>(
            () -> {
              WarmUp.run(loops, socket);
              return null;
            });
    Thread.ofPlatform().daemon().name("warm-up").start(task);
    return new BackgroundWarmUp(task);
  }

  /// Blocks until all is warm.
  public void await() throws IOException, InterruptedException {
    try {
      task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new CompletionException(e.getCause());
    }
  }
}
