package dev.sluice.extproc.client;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.message.MessagesWriter;
import dev.sluice.wire.fallback.FallbacksMember;
import dev.sluice.wire.openai.client.ChatReader;
import dev.sluice.wire.openai.client.ClientRequest;
import dev.sluice.wire.openai.client.ResponsesReader;
import dev.sluice.wire.openai.client.answer.ClientAnswer;
import dev.sluice.wire.translate.UntranslatableException;
import java.time.Instant;
import java.util.List;

/// A client's request as the rest of the gateway is told it.
///
/// @param body of the Messages API
/// @param betas that the body needs
/// @param untold what of the request has no word there, and changes no answer
/// @param answer the way back
@SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
public record Told(byte[] body, List<String> betas, List<String> untold, ClientAnswer answer) {

  public Told {
    betas = List.copyOf(betas);
    untold = List.copyOf(untold);
  }

  /// @throws Refused for what cannot be told
  public static Told of(OpenAiPath path, Body body, Instant now) {
    try {
      var request = read(path, body);
      var asked = request.conversation();
      return new Told(
          FallbacksMember.write(MessagesWriter.write(asked), request.fallbacks()),
          MessagesWriter.betas(asked),
          asked.untold(),
          ClientAnswer.of(request.wanted(), now));
    } catch (UntranslatableException e) {
      throw new Refused(new Refusal.Untranslatable("", String.valueOf(e.getMessage()), null));
    } catch (MalformedBodyException e) {
      throw new Refused(new Refusal.BodyMalformed(e.value(), e.expected()));
    }
  }

  private static ClientRequest read(OpenAiPath path, Body body) {
    return switch (path) {
      case CHAT -> ChatReader.read(body.bytes(), body.offset(), body.length());
      case RESPONSES -> ResponsesReader.read(body.bytes(), body.offset(), body.length());
      case EMBEDDINGS -> throw new IllegalStateException("BUG: embeddings are not told");
    };
  }
}
