package dev.sluice.wire.bedrock;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.Translator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// Bedrock's language for every model: Converse and ConverseStream.
///
/// @param family of the models that it is used for ([Family#of])
public record ConverseTranslator(Family family) implements Translator {

  /// Of thoughts that only this service can read. What Claude signs here is Anthropic's everywhere.
  public static final String ORIGIN = "bedrock";

  @Override
  public Outgoing request(Conversation conversation) {
    if (conversation.model().isEmpty()) {
      throw ConverseBody.refused("model: empty (expected: a model's id or ARN)");
    }
    var body = new ConverseBody(conversation, family);
    var names = new ArrayList<String>();
    conversation.tools().forEach(tool -> names.add(tool.name()));
    var told = ConverseBlocks.NAMES.changed(names);
    var json = body.write();
    return Outgoing.json(
        path(conversation), json, new Expected(conversation.stream(), told), body.untold());
  }

  @Override
  public AnswerDecoder answer(Expected expected) {
    return new ConverseDecoder(expected, origin(family));
  }

  @Override
  public ProviderError error(int status, byte[] body) {
    return BedrockErrors.of(status, body);
  }

  static String origin(Family family) {
    return family == Family.CLAUDE ? Seal.ANTHROPIC : ORIGIN;
  }

  /// An id is one segment: AWS wants the colons and slashes of an ARN encoded.
  static String segment(String model) {
    return URLEncoder.encode(model, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static String path(Conversation conversation) {
    var id = segment(conversation.model());
    return "/model/" + id + (conversation.stream() ? "/converse-stream" : "/converse");
  }
}
