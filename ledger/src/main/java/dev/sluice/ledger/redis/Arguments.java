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
  static final long ENDLESS_MILLIS = 1L << 53;

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

  /// When the first of the limits' ceilings ends; 0 where none does.
  Arguments addCeilingsEnd(List<? extends Limit> limits, Instant now) {
    long first = 0;
    for (var limit : limits) {
      var ends = limit.ceilingEnds(now);
      if (ends != null && (first == 0 || ends.toEpochMilli() < first)) {
        first = ends.toEpochMilli();
      }
    }
    return add(first);
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
