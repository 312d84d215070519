package dev.sluice.wire.gemini;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Translator;

/// Gemini's language, `generateContent` and `streamGenerateContent`.
///
/// **Signatures.** A model signs the part that its thought led to, mostly the first call of
/// several, and must get the signature back on that part. The client keeps no such thing with a
/// call or a text, but it keeps thoughts; so the signature becomes a thought of its own, sealed,
/// right before the block that it belongs to, and goes back on the part that follows. A call whose
/// signature is lost, or that another model made, is sent with the word that Google has for that.
///
/// **Not told to the client**: the signature of an empty last part, which Google does not want back
/// for certain and behind which no block stands, and where an answer's facts were found.
///
/// @param door where it is asked
/// @param schemas how schemas are told
public record GeminiTranslator(Door door, SchemaForm schemas) implements Translator {

  /// Of thoughts and signatures that only Gemini can read.
  public static final String ORIGIN = "gemini";

  @Override
  public Outgoing request(Conversation conversation) {
    var body = new GeminiBody(conversation, door, schemas);
    var json = body.write();
    return Outgoing.json(
        door.path(conversation.model(), conversation.stream()),
        json,
        new Expected(conversation.stream(), FunctionNames.changed(conversation.tools())),
        body.untold());
  }

  @Override
  public AnswerDecoder answer(Expected expected) {
    return new GeminiDecoder(expected, door.idMark());
  }

  @Override
  public ProviderError error(int status, byte[] body) {
    return GeminiErrors.of(status, body);
  }
}
