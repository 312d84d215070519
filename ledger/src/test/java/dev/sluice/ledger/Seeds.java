package dev.sluice.ledger;

import java.util.stream.LongStream;

/// The seeds of random histories: a few each time, or as many as `SEEDS` says.
///
/// `SEEDS=10000` plays that many from the usual start; `SEED=N` plays one again.
public final class Seeds {

  private static final long FIRST = 20261121;

  private Seeds() {}

  public static LongStream of(String test, int usual) {
    var one = System.getenv("SEED");
    var many = System.getenv("SEEDS");
    long first = one == null ? FIRST : Long.parseLong(one);
    long count = one != null ? 1 : many != null ? Long.parseLong(many) : usual;
    System.out.println(test + ": seeds " + first + ".." + (first + count - 1));
    return LongStream.range(first, first + count);
  }
}
