package dev.sluice.ledger.redis;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Window;
import java.time.Instant;

/// The flat arguments of a script, in the order in which they are added.
final class Arguments {

  private final String[] all;
  private int size;

  Arguments(int size) {
    all = new String[size];
  }

  void add(String argument) {
    all[size++] = argument;
  }

  void add(long argument) {
    add(Long.toString(argument));
  }

  /// A budget with its window at `now`, as `windows.lua` reads it.
  void add(Budget budget, Instant now) {
    add(budget.id());
    switch (budget.window()) {
      case Window.Rolling(var period) -> {
        add(0);
        add(period.fixed().toMillis());
      }
      case Window.Calendar calendar -> {
        var span = calendar.at(now);
        add(span.start().toEpochMilli());
        add(span.end().toEpochMilli());
      }
    }
  }

  String[] all() {
    if (size != all.length) {
      throw new IllegalStateException("BUG: " + size + " of " + all.length + " arguments");
    }
    return all;
  }
}
