package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.Tools.Answer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The calls of one run that are under way, each on a virtual thread. Owned by the run's thread;
/// only the queue of finished ones is shared.
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private final Tools tools;
  private final Map<String, Thread> underWay = new HashMap<>();
  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();
  private @Nullable Finished next;
  private long started;

  Calls(Tools tools) {
    this.tools = tools;
  }

  long started() {
    return started;
  }

  int underWay() {
    return underWay.size();
  }

  void start(String id, ToolName tool, String input) {
    started++;
    underWay.put(
        id,
        Thread.ofVirtual()
            .name("sandbox-call-" + tool)
            .start(() -> finished.add(new Finished(id, tool, answer(tool, input)))));
  }

  private Answer answer(ToolName tool, String input) {
    try {
      return tools.call(tool, input);
    } catch (InterruptedException _) {
      return new Answer.Failed("the call was cancelled");
    } catch (RuntimeException e) {
      LOG.error("BUG: a call of {} threw", tool, e);
      return new Answer.Failed("the call failed for a reason of the gateway's own");
    }
  }

  /// Waits until one has finished, and keeps it for `take`.
  void await() throws InterruptedException {
    if (next == null) {
      next = finished.take();
    }
  }

  /// One that has finished; null if none has.
  @Nullable Finished take() {
    var taken = next == null ? finished.poll() : next;
    next = null;
    if (taken != null) {
      underWay.remove(taken.id);
    }
    return taken;
  }

  void cancel() {
    underWay.values().forEach(Thread::interrupt);
  }

  /// @param id the prelude's
  record Finished(String id, ToolName tool, Answer answer) {}
}
