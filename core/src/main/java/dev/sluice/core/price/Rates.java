package dev.sluice.core.price;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;

/// One price per token class. A class is never free by omission: all five are required.
public record Rates(
    PerMTok input, PerMTok output, PerMTok cacheRead, PerMTok cacheWrite5m, PerMTok cacheWrite1h) {

  /// The cost of the tokens (web searches excluded), each class rounded up by itself.
  NanoUsd cost(Tokens tokens) {
    return input
        .cost(tokens.input())
        .plus(output.cost(tokens.output()))
        .plus(cacheRead.cost(tokens.cacheRead()))
        .plus(cacheWrite5m.cost(tokens.cacheWrite5m()))
        .plus(cacheWrite1h.cost(tokens.cacheWrite1h()));
  }

  /// Whether any class costs more than at the other rates.
  boolean anyAbove(Rates other) {
    return above(input, other.input)
        || above(output, other.output)
        || above(cacheRead, other.cacheRead)
        || above(cacheWrite5m, other.cacheWrite5m)
        || above(cacheWrite1h, other.cacheWrite1h);
  }

  long mark(long before) {
    long mark = marked(before, input.nanoUsd());
    mark = marked(mark, output.nanoUsd());
    mark = marked(mark, cacheRead.nanoUsd());
    mark = marked(mark, cacheWrite5m.nanoUsd());
    return marked(mark, cacheWrite1h.nanoUsd());
  }

  /// One step of the hash FNV-1a, number by number.
  static long marked(long before, long number) {
    long mark = before;
    for (int at = 0; at < Long.SIZE; at += Byte.SIZE) {
      mark = (mark ^ ((number >>> at) & 0xff)) * 0x100000001b3L;
    }
    return mark;
  }

  private static boolean above(PerMTok one, PerMTok other) {
    return one.compareTo(other) > 0;
  }

  /// The dearest rate at which an input token could be billed.
  PerMTok dearestInput() {
    return dearestInputWithoutHourCache().max(cacheWrite1h);
  }

  /// The dearest rate of an input token of a call that asks for no cache of an hour.
  PerMTok dearestInputWithoutHourCache() {
    return input.max(cacheRead).max(cacheWrite5m);
  }
}
