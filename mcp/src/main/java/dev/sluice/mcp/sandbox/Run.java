package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.Calls.Finished;
import dev.sluice.mcp.sandbox.Outcome.Broken;
import dev.sluice.mcp.sandbox.Outcome.Failed;
import dev.sluice.mcp.sandbox.Outcome.Returned;
import dev.sluice.mcp.sandbox.Outcome.Stopped;
import dev.sluice.mcp.sandbox.Outcome.Unawaited;
import dev.sluice.mcp.sandbox.Tools.Answer;
import dev.sluice.mcp.sandbox.engine.Engine;
import dev.sluice.mcp.sandbox.engine.Halted;
import dev.sluice.mcp.sandbox.engine.Host;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One program in one engine, from its start to its outcome. Everything but `stop` is for the
/// thread that runs it.
final class Run implements Host {
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);
  private static final String NONE = "-";
  private static final int ERROR_BYTES_MAX = 64 * 1024;

  private final Program program;
  private final Limits limits;
  private final Calls calls;
  private final Printed printed;
  private final Map<String, Exceeded> large = new HashMap<>();
  private @Nullable Outcome ending;

  Run(Program program, Limits limits, Tools tools) {
    this.program = program;
    this.limits = limits;
    calls = new Calls(tools);
    printed = new Printed(limits.outputBytesMax());
  }

  /// Runs it to its end.
  Outcome run(Engine engine) {
    try {
      go(engine);
      return ended();
    } catch (InterruptedException _) {
      return interrupted();
    } catch (Halted e) {
      return halted(e);
    } finally {
      calls.cancel();
    }
  }

  private void go(Engine engine) throws Halted, InterruptedException {
    try {
      engine.resume();
      while (ending == null && calls.underWay() > 0) {
        calls.await();
        engine.resume();
      }
    } catch (Halted e) {
      if (ending == null) {
        throw e;
      }
    }
  }

  /// Calls that the program did not wait for are still let finish; it hears of none.
  private Outcome ended() throws InterruptedException {
    if (ending == null) {
      return new Failed(ProgramErrors.STUCK, printed.text());
    }
    while (ending instanceof Returned && calls.underWay() > 0) {
      calls.await();
      calls.take();
    }
    return ending;
  }

  private Outcome halted(Halted e) {
    return switch (e.reason()) {
      case INTERRUPTED -> interrupted();
      case MEMORY -> new Stopped(new Exceeded.Memory(limits.memoryBytesMax()), printed.text());
      case SHARED_MEMORY -> new Stopped(new Exceeded.SharedMemory(), printed.text());
      case STACK -> new Stopped(new Exceeded.Stack(), printed.text());
      case BROKEN -> broken(e);
    };
  }

  private Outcome broken(Halted e) {
    if (e.getCause() instanceof Ending end) {
      return new Stopped(end.exceeded, printed.text());
    }
    // A program that tampers with what the engine stands on can bring this about.
    LOG.warn("An engine broke off: {}", String.valueOf(e.getCause()));
    return new Broken(printed.text());
  }

  /// Whoever interrupted it knows why; where the program had ended, that is what counts.
  private Outcome interrupted() {
    return ending == null ? new Broken(printed.text()) : ending;
  }

  String printed() {
    return printed.text();
  }

  @Override
  public String answer(String operation, String head, Body body) {
    return switch (operation) {
      case "config" -> PreludeJson.config(program, limits);
      case "print" -> print(body);
      case "start" -> start(head, body);
      case "next" -> next();
      case "done" -> done(head, body);
      case "failed" -> failed(body);
      default -> throw new IllegalStateException("BUG: " + operation);
    };
  }

  private String print(Body body) {
    printed.add(body);
    return NONE;
  }

  private String start(String head, Body body) {
    var words = head.split(" ", 2);
    var tool = program.tools().get(Integer.parseInt(words[1]));
    if (calls.started() >= limits.callsMax()) {
      throw new Ending(new Exceeded.Calls(limits.callsMax()));
    }
    if (calls.underWay() >= limits.parallelCallsMax()) {
      throw new Ending(new Exceeded.ParallelCalls(limits.parallelCallsMax()));
    }
    if (body.bytes() > limits.inputBytesMax()) {
      throw new Ending(new Exceeded.Input(tool, body.bytes(), limits.inputBytesMax()));
    }
    calls.start(words[0], tool, body.text());
    return NONE;
  }

  private String next() {
    var finished = calls.take();
    if (finished == null) {
      return NONE;
    }
    return switch (finished.answer()) {
      case Answer.Failed failed -> "f" + finished.id() + " " + PreludeJson.within(failed.message());
      case Answer.Result result -> result(finished, result.json());
    };
  }

  private String result(Finished finished, String json) {
    long bytes = bytes(json);
    if (bytes > limits.resultBytesMax()) {
      var exceeded = new Exceeded.Result(finished.tool(), bytes, limits.resultBytesMax());
      large.put(finished.id(), exceeded);
      return "l" + finished.id() + " " + exceeded.sentence();
    }
    return "r" + finished.id() + " " + json;
  }

  /// In UTF-8. A text with more characters than bytes are allowed need not be encoded to be
  /// refused.
  private long bytes(String text) {
    return text.length() > limits.resultBytesMax()
        ? text.length()
        : text.getBytes(StandardCharsets.UTF_8).length;
  }

  private String done(String head, Body body) {
    var words = head.split(" ", 2);
    int unawaited = calls.underWay() + Integer.parseInt(words[0]);
    var first = ProgramErrors.noted(words[1], program.code());
    ending = returned(body, new Unawaited(unawaited, first));
    throw new Over();
  }

  /// What it returns goes before what it prints.
  private Returned returned(Body body, Unawaited unawaited) {
    long most = limits.outputBytesMax();
    if (body.bytes() <= most) {
      var json = body.bytes() == 0 ? null : body.text();
      return new Returned(json, printed.text(most - body.bytes()), unawaited, 0);
    }
    var beginning = body.text(most);
    long left = body.bytes() - beginning.getBytes(StandardCharsets.UTF_8).length;
    return new Returned(beginning, printed.text(0), unawaited, left);
  }

  private String failed(Body body) {
    if (body.bytes() > ERROR_BYTES_MAX) {
      throw new IllegalStateException("BUG: an error of " + body.bytes() + " bytes");
    }
    var told = PreludeJson.thrown(body.text());
    var exceeded = large.get(told.cause().replace("large ", ""));
    ending =
        exceeded == null
            ? new Failed(ProgramErrors.of(told, program, calls.underWay()), printed.text())
            : new Stopped(exceeded, printed.text());
    throw new Over();
  }

  /// Ends a run from within the engine: no code of a program can catch it.
  private static final class Ending extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Exceeded exceeded;

    Ending(Exceeded exceeded) {
      super(exceeded.sentence(), null, false, false);
      this.exceeded = exceeded;
    }
  }

  /// The program has come to its end: nothing that it left behind runs any more.
  private static final class Over extends RuntimeException {
    private static final long serialVersionUID = 1;

    Over() {
      super("over", null, false, false);
    }
  }
}
