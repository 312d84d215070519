package dev.sluice.extproc.reply;

import dev.sluice.core.policy.ObjectName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the flow says to Envoy about a request.
///
/// @param <N> what the flow wants back with the body
public sealed interface Reply<N> {

  /// Read the body, then ask again.
  record Admit<N>() implements Reply<N> {}

  /// Send the body, and this with it.
  record ReadBody<N>(N next) implements Reply<N> {}

  /// Answer the client; the provider is not asked.
  record Respond<N>(Answer answer) implements Reply<N> {}

  /// Send the request to the provider.
  ///
  /// @param path at the provider, with the query; null where it stays as it is
  /// @param body in place of the client's; null where it stays as it is
  /// @param headers of the answer
  /// @param firstByte within which the answer must begin; null where the route says
  /// @param holdId that the access log is to name; null where it is the request's
  @SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
  record Forward<N>(
      ObjectName provider,
      @Nullable String path,
      byte @Nullable [] body,
      List<Header> headers,
      @Nullable Duration firstByte,
      @Nullable String holdId)
      implements Reply<N> {
    public Forward {
      headers = List.copyOf(headers);
    }

    public Forward<N> withHold(String id) {
      return new Forward<>(provider, path, body, headers, firstByte, id);
    }
  }

  /// Send the request to the provider, and show the answer, with this.
  record Watch<N>(Forward<N> forward, N next) implements Reply<N> {}

  /// The reply comes by itself, on a thread that must not be blocked.
  record Awaited<N>(CompletableFuture<Reply<N>> reply) implements Reply<N> {}

  /// The reply needs something that blocks.
  record Later<N>(Supplier<Reply<N>> reply) implements Reply<N> {}
}
