package dev.sluice.ledger.redis;

import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Window;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Position;
import java.time.Instant;
import java.util.List;

/// The flat arguments of a script, in the order in which they are added.
final class Arguments {

  /// The end of an endless window: beyond every time that a script meets.
  static final long ENDLESS_MILLIS = Window.Span.ALWAYS.end().toEpochMilli();

  private final String[] all;
  private int size;
  private Position position = Position.NONE;

  Arguments(int size) {
    all = new String[size];
  }

  Arguments add(String argument) {
    all[size++] = argument;
    return this;
  }

  Arguments add(long argument) {
    return add(Long.toString(argument));
  }

  Arguments add(Position seen) {
    position = seen;
    return add(seen.epoch()).add(seen.sequence());
  }

  /// The position that the call names.
  Position position() {
    return position;
  }

  Arguments add(Amounts amounts) {
    return add(amounts.usd().nanos()).add(amounts.tokens());
  }

  /// From when to when the ceilings of now hold.
  Arguments addCeilingsHold(List<? extends Limit> limits, Instant now) {
    long from = 0;
    long to = ENDLESS_MILLIS;
    for (var limit : limits) {
      var holds = limit.ceilingHolds(now);
      from = Math.max(from, holds.start().toEpochMilli());
      to = Math.min(to, holds.end().toEpochMilli());
    }
    return add(from).add(to);
  }

  /// A limit with its window at `now`, as `windows.lua` reads it.
  Arguments addWindow(Limit limit, Instant now) {
    add(limit.id());
    return switch (limit.window()) {
      case Window.Rolling(var period) -> add(0).add(period.fixed().toMillis());
      case Window.Calendar calendar -> {
        var span = calendar.at(now);
        yield add(span.start().toEpochMilli()).add(span.end().toEpochMilli());
      }
      case Window.Endless _ -> add(1).add(ENDLESS_MILLIS);
    };
  }

  /// A limit with its window, its ceiling and its measure.
  Arguments addLimit(Limit limit, Instant now) {
    return addWindow(limit, now).add(limit.ceilingAt(now)).add(limit.measure().ordinal());
  }

  String[] all() {
    if (size != all.length) {
      throw new IllegalStateException("BUG: " + size + " of " + all.length + " arguments");
    }
    return all;
  }
}
