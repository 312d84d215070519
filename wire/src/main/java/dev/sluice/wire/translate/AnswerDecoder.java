package dev.sluice.wire.translate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads one answer of a provider as it comes, cut anywhere. Not thread-safe.
///
/// It keeps a bounded part of what it was given: an event longer than [#EVENT_BYTES_MAX] is a
/// [AnswerEvent.Failed]. After `Ended` or `Failed` it returns nothing more.
public interface AnswerDecoder {

  /// Of one event, or of a whole answer that is not a stream.
  int EVENT_BYTES_MAX = 32 << 20;

  /// What the next part of the answer's body says.
  List<AnswerEvent> read(byte[] part, int offset, int length);

  /// The body has ended. An answer that did not end by itself is a `Failed`.
  List<AnswerEvent> end();

  /// What has come and is in nothing that was told.
  Held held();

  /// A part of an answer that was read and not told.
  ///
  /// @param bytes of it, with what is around the text
  /// @param endless how much of it is still to come can be any number: a call in one event
  record Held(long bytes, boolean endless) {

    public static final Held NOTHING = new Held(0, false);
  }

  /// Whether a call is one event, however long, and so is written out of sight.
  default boolean hidesCalls() {
    return false;
  }

  /// The usage as the provider has told it so far; null where it has not.
  @Nullable JsonNode usage();
}
