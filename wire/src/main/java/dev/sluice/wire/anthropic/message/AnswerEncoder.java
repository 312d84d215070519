package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.translate.AnswerEvent;
import java.util.List;

/// Writes one answer as a client of the Messages API reads it. Not thread-safe.
///
/// **Thoughts.** A thinking block that closes without a signature gets a seal of its origin, and a
/// signature without one is sealed ([dev.sluice.wire.translate.Seal]): the client sends both back.
///
/// **Inputs of tools that are no JSON object.** Models write such. The session goes on: no input at
/// all, or `null`, is `{}`; what does not begin as an object, and in a whole answer all that is
/// none at its end, becomes `{"INVALID_JSON": "…"}`, which no tool takes and the model can read
/// when the client says so. A stream cannot take back what was sent: an input that begins as an
/// object and breaks later, or is cut, passes as it is, as in Anthropic's own streams, and is never
/// completed, lest half a command be run. Claude Code refuses it to the model and goes on.
///
/// **Usage** is told when the answer begins as far as it is known, and in all at its end. Where the
/// provider told none, it is zero throughout, which nobody takes for a report.
public sealed interface AnswerEncoder permits StreamEncoder, WholeEncoder {

  /// The bytes to send now. After the end of the answer, or its failure, there are none.
  byte[] encode(List<AnswerEvent> events);

  /// What the gateway knows of the answer.
  ///
  /// @param model as the client asked for it
  /// @param requestId of ours; names the answer where the provider does not
  /// @param origin of its thoughts, for their seal
  record Reply(String model, String requestId, String origin) {}
}
