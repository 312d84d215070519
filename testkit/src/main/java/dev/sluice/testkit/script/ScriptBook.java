package dev.sluice.testkit.script;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// Chooses the script of a call: the first rule that matches, else the queue, else the default.
public final class ScriptBook {

  private record Rule(Predicate<ApiCall> matches, Deque<Script> scripts) {}

  private final List<Rule> rules = new ArrayList<>();
  private final Deque<Script> queue = new ArrayDeque<>();
  private Function<ApiCall, Script> otherwise = DefaultAnswer::of;

  /// Calls that match play the scripts in turn; the last one stays for all later ones.
  public synchronized void when(Predicate<ApiCall> matches, List<Script> scripts) {
    if (scripts.isEmpty()) {
      throw new IllegalArgumentException("scripts: none (expected: at least one)");
    }
    rules.add(new Rule(matches, new ArrayDeque<>(scripts)));
  }

  public synchronized void next(List<Script> scripts) {
    queue.addAll(scripts);
  }

  public synchronized void otherwise(Function<ApiCall, Script> answers) {
    otherwise = answers;
  }

  public synchronized void clear() {
    rules.clear();
    queue.clear();
    otherwise = DefaultAnswer::of;
  }

  /// The script of a messages call.
  public synchronized Script choose(ApiCall call) {
    return byRule(call)
        .or(() -> Optional.ofNullable(queue.poll()))
        .orElseGet(() -> otherwise.apply(call));
  }

  /// The script of the first rule that matches, for calls that need none.
  public synchronized Optional<Script> byRule(ApiCall call) {
    return rules.stream().filter(rule -> rule.matches().test(call)).findFirst().map(this::turn);
  }

  private Script turn(Rule rule) {
    return rule.scripts().size() > 1 ? rule.scripts().removeFirst() : rule.scripts().getFirst();
  }
}
