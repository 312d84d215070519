package dev.sluice.extproc.reply;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.decode.Dialect;
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
  /// @param account at the provider, by the name of its credential
  /// @param others the accounts of the attempts that follow, should this one fail
  /// @param path at the provider, with the query; null where it stays as it is
  /// @param body in place of the client's; null where it stays as it is
  /// @param headers of the answer
  /// @param firstByte within which the answer must begin; null where the route says
  /// @param holdId that the access log is to name; null where it is the request's
  /// @param betas that the provider is told of Claude; null where the client's pass, or none
  /// @param dialect of an attempt after the first that speaks the client's language; else null
  @SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
  record Forward<N>(
      ObjectName provider,
      String account,
      List<String> others,
      @Nullable String path,
      byte @Nullable [] body,
      List<Header> headers,
      @Nullable Duration firstByte,
      @Nullable String holdId,
      @Nullable String betas,
      @Nullable Dialect dialect)
      implements Reply<N> {
    public Forward {
      others = List.copyOf(others);
      headers = List.copyOf(headers);
    }
  }

  /// Send the request to the provider, and show the answer, with this.
  record Watch<N>(Forward<N> forward, N next) implements Reply<N> {}

  /// Send the request to the service of tools, with this.
  record LetIn<N>(String ticket) implements Reply<N> {}

  /// The reply comes by itself, on a thread that must not be blocked.
  record Awaited<N>(CompletableFuture<Reply<N>> reply) implements Reply<N> {}

  /// The reply needs something that blocks.
  record Later<N>(Supplier<Reply<N>> reply) implements Reply<N> {}
}
