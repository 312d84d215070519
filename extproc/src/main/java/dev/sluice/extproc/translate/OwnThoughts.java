package dev.sluice.extproc.translate;

import dev.sluice.extproc.decode.Body;
import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.anthropic.message.MessagesEdit;
import dev.sluice.wire.translate.Seal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A body for Anthropic without the thoughts of other providers, which it would refuse: a session
/// that was elsewhere for a while has them in its conversation.
public final class OwnThoughts {

  private OwnThoughts() {}

  /// Null where there are no others' in it.
  public static MessagesEdit.@Nullable Edited of(Body body) {
    if (!Seal.mayBeIn(body.bytes(), body.offset(), body.length())) {
      return null;
    }
    var edited =
        MessagesEdit.edit(
            CloudFrame.ANTHROPIC, List.of(), body.bytes(), body.offset(), body.length());
    return edited.untold().isEmpty() ? null : edited;
  }
}
