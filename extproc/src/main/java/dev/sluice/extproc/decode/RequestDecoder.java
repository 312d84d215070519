package dev.sluice.extproc.decode;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.RequestScanner;
import dev.sluice.wire.embedding.EmbeddingScanner;
import dev.sluice.wire.fallback.FallbacksMember;

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

  /// What a body says.
  ///
  /// @param body that goes on: without what is said to the gateway alone
  public record Decoded(MessagesRequest request, Body body) {}

  /// Reads the body.
  ///
  /// @throws Refused for a body that cannot be served
  public Decoded decode(Endpoint endpoint, Dialect dialect, Body body) {
    if (body.length() > bodyBytesMax) {
      throw new Refused(new Refusal.BodyTooLarge(bodyBytesMax));
    }
    var decoded = read(endpoint, dialect, body);
    check(endpoint, decoded.request());
    return decoded;
  }

  private static Decoded read(Endpoint endpoint, Dialect dialect, Body body) {
    try {
      var request = scan(endpoint, body);
      return request.fallbacks() == null || dialect.hasFallbacks()
          ? new Decoded(request, body)
          : withoutFallbacks(endpoint, body);
    } catch (MalformedBodyException e) {
      throw new Refused(new Refusal.BodyMalformed(e.value(), e.expected()));
    }
  }

  private static Decoded withoutFallbacks(Endpoint endpoint, Body body) {
    var member = FallbacksMember.take(body.bytes(), body.offset(), body.length());
    var rest = Body.of(member.rest());
    var fallbacks = new MessagesRequest.Fallbacks.Taken(member.names());
    return new Decoded(scan(endpoint, rest).with(fallbacks), rest);
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
    return endpoint == Endpoint.EMBEDDINGS
        ? EmbeddingScanner.scan(body.bytes(), body.offset(), body.length())
        : RequestScanner.scan(body.bytes(), body.offset(), body.length());
  }
}
