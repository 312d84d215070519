package dev.sluice.e2e.failover;

import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/// What a session does: so many steps with a tool, some of them side by side, and a sentence at the
/// end. It is told in the first thing that the user says, so any provider can go on with it.
///
/// @param steps with the tool, in all
record Task(String session, long steps) {

  static final String TOOL = "Step";

  private static final Pattern SAID = Pattern.compile("Task (\\w+) in (\\d+) steps\\.");
  private static final int THINKING_TOKENS = 30;
  private static final int TEXT_TOKENS = 40;

  String said() {
    return "Task %s in %d steps.".formatted(session, steps);
  }

  /// The steps of the turn that follows so many done ones; none at the end.
  List<Long> next(long done) {
    // Every third turn has two calls.
    long width = (session.hashCode() + done) % 3 == 0 ? 2 : 1;
    return LongStream.rangeClosed(done + 1, Math.min(done + width, steps)).boxed().toList();
  }

  /// The last sentence.
  String result() {
    return "Done with %s after %d steps.".formatted(session, steps);
  }

  /// The turn that a conversation is at.
  static Script turn(ApiCall call) {
    var said = SAID.matcher(call.userText());
    if (!said.find()) {
      throw new IllegalStateException("no task in " + call.userText());
    }
    var task = new Task(said.group(1), Long.parseLong(said.group(2)));
    var next = task.next(call.toolResults());
    var script = Script.answer().thinkingOfTokens(THINKING_TOKENS);
    if (next.isEmpty()) {
      return script.text(task.result());
    }
    script = script.textOfTokens(TEXT_TOKENS);
    for (long step : next) {
      script = script.tool(TOOL, Map.of("session", task.session(), "step", step));
    }
    return script;
  }
}
