package dev.sluice.extproc.decode;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.RequestScanner;
import dev.sluice.wire.embedding.EmbeddingScanner;

/// Makes a request of a body.
public final class RequestDecoder {

  private final long bodyBytesMax;

  public RequestDecoder(long bodyBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /// Checks what the head says about the body.
  ///
  /// @throws Refused for a body that cannot be served, judged by its head
  public void checkLength(Head head) {
    var length = head.contentLength();
    if (length != null && length > bodyBytesMax) {
      throw new Refused(new Refusal.BodyTooLarge(bodyBytesMax));
    }
    if (head.complete()) {
      throw new Refused(new Refusal.BodyMalformed("body: absent", "JSON"));
    }
  }

  /// Reads the body.
  ///
  /// @throws Refused for a body that cannot be served
  public MessagesRequest decode(Endpoint endpoint, Body body) {
    if (body.length() > bodyBytesMax) {
      throw new Refused(new Refusal.BodyTooLarge(bodyBytesMax));
    }
    var request = scan(endpoint, body);
    check(endpoint, request);
    return request;
  }

  /// Checks what the body says.
  ///
  /// @throws Refused for a body that cannot be served
  public void check(Endpoint endpoint, MessagesRequest request) {
    if (endpoint == Endpoint.MESSAGES && request.maxTokens() == null) {
      throw new Refused(
          new Refusal.BodyMalformed("max_tokens: absent", "a whole number of 1 or more"));
    }
  }

  private static MessagesRequest scan(Endpoint endpoint, Body body) {
    try {
      return endpoint == Endpoint.EMBEDDINGS
          ? EmbeddingScanner.scan(body.bytes(), body.offset(), body.length())
          : RequestScanner.scan(body.bytes(), body.offset(), body.length());
    } catch (MalformedBodyException e) {
      throw new Refused(new Refusal.BodyMalformed(e.value(), e.expected()));
    }
  }
}
