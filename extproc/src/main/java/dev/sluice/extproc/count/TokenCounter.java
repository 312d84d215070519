package dev.sluice.extproc.count;

import dev.sluice.extproc.decode.Dialect;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Carries the call `count_tokens` to where requests go, and its answer back.
public interface TokenCounter {

  /// Of a gateway that cannot ask.
  TokenCounter NONE = _ -> CompletableFuture.completedFuture(new Answered(404, false, new byte[0]));

  /// What to send.
  ///
  /// @param ticket stands for the client's key, in the header `x-sluice-key`
  @SuppressWarnings("ArrayRecordComponent") // It lives as long as the call.
  record Question(String ticket, Dialect dialect, byte[] body, Duration waitMax) {

    @Override
    public String toString() {
      return "Question[" + body.length + "]";
    }
  }

  /// What came back.
  ///
  /// @param estimated says the answer itself: nobody has counted
  @SuppressWarnings("ArrayRecordComponent") // It lives as long as the call.
  record Answered(int status, boolean estimated, byte[] body) {}

  /// Returns at once. Fails where nobody answered.
  CompletableFuture<Answered> ask(Question question);
}
