package dev.sluice.wire.gemini;

import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
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
/// **Searches.** Google runs them and tells at the end what it asked and found ([Grounding]). How
/// many it runs cannot be told to it, nor that it must, and it takes no functions beside them.
///
/// **Not told to the client**: the signature of an empty last part, which Google does not want back
/// for certain and behind which no block stands, and the marks of Google's own that it wants shown
/// with what it found.
///
/// @param door where it is asked
public record GeminiTranslator(Door door) implements Translator {

  /// Of thoughts and signatures that only Gemini can read.
  public static final String ORIGIN = "gemini";

  /// The most searches that one answer is charged for, however many the client allows: they are
  /// held for, since Google cannot be told how many to run.
  ///
  /// @param model as Google calls it
  public static long searchesMax(String model) {
    return Generation.of(model) == Generation.LEVELS ? ServerTools.SEARCHES_MAX : 1;
  }

  @Override
  public Outgoing request(Conversation conversation) {
    var body = new GeminiBody(conversation, door);
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
