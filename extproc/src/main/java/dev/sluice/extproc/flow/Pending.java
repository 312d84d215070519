package dev.sluice.extproc.flow;

import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reply.Header;
import dev.sluice.wire.anthropic.LooseBound;
import java.util.List;

/// What waits for a body that Java asked for.
public sealed interface Pending {

  /// The body is not judged yet, and no hold is taken.
  record Unread(Admission admission) implements Pending {}

  /// The hold is taken, and pays for a shorter answer than the body asks for.
  record Shortened(
      Admission admission, Exchange.Facts facts, LooseBound bound, List<Header> budgetHeaders)
      implements Pending {
    public Shortened {
      budgetHeaders = List.copyOf(budgetHeaders);
    }
  }
}
