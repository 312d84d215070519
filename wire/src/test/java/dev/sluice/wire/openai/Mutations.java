package dev.sluice.wire.openai;

import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Answers that are broken at random, read in parts of any size.
public final class Mutations {

  private static final String[] INSERTS = {
    "null", "{}", "[]", "\"\"", "-1", "1e999", "{", "}", "\n", "\r", "\n\n", "data:", "\\u0000", "ß"
  };

  private Mutations() {}

  /// Reads so many mutations of each answer; each one must come to blocks in order and one end.
  public static void read(
      Random random, int rounds, Supplier<AnswerDecoder> decoders, List<String> answers) {
    for (int round = 0; round < rounds; round++) {
      var answer = answers.get(random.nextInt(answers.size()));
      var bytes = mutated(random, answer).getBytes(StandardCharsets.UTF_8);
      Answers.ordered(read(random, decoders.get(), bytes));
    }
  }

  private static List<AnswerEvent> read(Random random, AnswerDecoder decoder, byte[] bytes) {
    var events = new ArrayList<AnswerEvent>();
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(200));
      events.addAll(decoder.read(bytes, at, length));
      at += length;
    }
    events.addAll(decoder.end());
    return events;
  }

  public static String mutated(Random random, String text) {
    var mutated = new StringBuilder(text);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int from = random.nextInt(mutated.length() + 1);
      int to = Math.min(mutated.length(), from + random.nextInt(30));
      switch (random.nextInt(4)) {
        case 0 -> mutated.delete(from, to);
        case 1 -> mutated.insert(from, INSERTS[random.nextInt(INSERTS.length)]);
        case 2 -> mutated.insert(from, mutated.substring(from, to));
        default -> mutated.replace(from, to, INSERTS[random.nextInt(INSERTS.length)]);
      }
    }
    return mutated.toString();
  }
}
