package dev.sluice.wire.json;

import dev.sluice.wire.anthropic.MalformedBodyException;

/// Reads the answer to a count of tokens: an object with one number that matters.
public final class CountedTokens {

  /// More than any model reads: what is beyond is no count.
  private static final long TOKENS_MAX = 1L << 40;

  private CountedTokens() {}

  /// @param member that tells the tokens
  /// @throws MalformedBodyException if it does not
  public static long read(byte[] answer, int offset, int length, String member) {
    var field = JsonBody.read(answer, offset, length).object().at(member);
    var tokens = field.wholeIfAny(1);
    if (tokens == null || tokens > TOKENS_MAX) {
      throw field.wrong("a whole number from 1");
    }
    return tokens;
  }
}
