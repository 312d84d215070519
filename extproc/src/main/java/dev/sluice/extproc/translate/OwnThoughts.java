package dev.sluice.extproc.translate;

import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.wire.anthropic.MessagesRequest.Fallbacks.Unread;
import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.anthropic.message.MessagesEdit;
import dev.sluice.wire.translate.Seal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A body for Anthropic with no thoughts and searches but its own, which it would refuse: a session
/// that was elsewhere for a while has them in its conversation. And with no fallbacks that
/// Anthropic would choose among by itself.
public final class OwnThoughts {

  private OwnThoughts() {}

  /// Null where nothing is to be changed.
  public static MessagesEdit.@Nullable Edited of(Exchange.Facts facts, Body body) {
    if (!mayLack(facts)
        && facts.request().fallbacks() != Unread.IT
        && !Seal.mayBeIn(body.bytes(), body.offset(), body.length())) {
      return null;
    }
    var edited =
        MessagesEdit.edit(
            CloudFrame.ANTHROPIC, List.of(), body.bytes(), body.offset(), body.length());
    return edited.untold().isEmpty() ? null : edited;
  }

  /// Claude may think by a budget only where the turn that goes on began with a thought of its own,
  /// and a model elsewhere that does not think leaves no mark.
  public static boolean mayLack(Exchange.Facts facts) {
    return facts.request().thinking().budgetTokens() > 0 && facts.key().grants().size() > 1;
  }
}
