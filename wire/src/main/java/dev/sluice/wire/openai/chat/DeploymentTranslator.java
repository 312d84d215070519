package dev.sluice.wire.openai.chat;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Translator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Chat completions of a deployment at Azure: the path names it, with a version of the API.
///
/// @param apiVersion such as `2024-10-21`
public record DeploymentTranslator(ChatTranslator chat, String apiVersion) implements Translator {

  @Override
  public Outgoing request(Conversation conversation) {
    var sent = chat.request(conversation);
    var deployment =
        URLEncoder.encode(conversation.model(), StandardCharsets.UTF_8).replace("+", "%20");
    var path = "/openai/deployments/" + deployment + sent.path() + "?api-version=" + apiVersion;
    return new Outgoing(path, sent.headers(), sent.body(), sent.expected(), sent.untold());
  }

  @Override
  public AnswerDecoder answer(Expected expected) {
    return chat.answer(expected);
  }

  @Override
  public ProviderError error(int status, byte[] body) {
    return chat.error(status, body);
  }
}
