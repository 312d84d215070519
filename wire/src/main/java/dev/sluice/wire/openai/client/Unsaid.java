package dev.sluice.wire.openai.client;

import dev.sluice.wire.json.Field;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;

/// What a client of OpenAI can ask for, and the Messages API has no word for.
final class Unsaid {

  private Unsaid() {}

  static UntranslatableException of(Field field, String expected) {
    return new UntranslatableException(
        Capability.OTHER, String.valueOf(field.wrong(expected).getMessage()));
  }

  /// An empty array or object asks for nothing.
  static void refuse(Field body, String member, String expected) {
    var field = body.at(member);
    boolean empty = field.json().isContainer() && field.json().isEmpty();
    if (!field.absent() && !empty) {
      throw of(field, expected);
    }
  }

  static void refuseNumber(Field body, String member, double neutral) {
    var number = body.at(member).numberIfAny();
    if (number != null && number != neutral) {
      throw of(body.at(member), neutral == 0 ? "0" : "1");
    }
  }

  static void refuseFlag(Field body, String member) {
    if (body.at(member).flag()) {
      throw of(body.at(member), "false");
    }
  }
}
