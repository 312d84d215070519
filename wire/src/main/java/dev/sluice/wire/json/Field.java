package dev.sluice.wire.json;

import dev.sluice.wire.anthropic.MalformedBodyException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A value of a body and the way to it, with what it must be.
public record Field(String path, JsonNode json) {

  private static final int SHOWN_CHARS_MAX = 64;

  public Field at(String name) {
    return new Field(path.isEmpty() ? name : path + "." + name, json.path(name));
  }

  /// Null says the same as nothing.
  public boolean absent() {
    return json.isMissingNode() || json.isNull();
  }

  public Field object() {
    if (!json.isObject()) {
      throw wrong("an object");
    }
    return this;
  }

  public List<Field> items() {
    if (!json.isArray()) {
      throw wrong("an array");
    }
    var items = new ArrayList<Field>(json.size());
    for (int i = 0; i < json.size(); i++) {
      items.add(new Field(path + "." + i, json.path(i)));
    }
    return items;
  }

  /// No items where it is absent.
  public List<Field> itemsIfAny() {
    return absent() ? List.of() : items();
  }

  public String text() {
    if (!json.isString()) {
      throw wrong("a string");
    }
    return json.stringValue();
  }

  public boolean textIs(String text) {
    return json.isString() && json.stringValue().equals(text);
  }

  public String name() {
    var text = text();
    if (text.isEmpty()) {
      throw wrong("a string that is not empty");
    }
    return text;
  }

  public @Nullable String textIfAny() {
    return absent() ? null : text();
  }

  public boolean flag() {
    if (!absent() && !json.isBoolean()) {
      throw wrong("true or false");
    }
    return json.asBoolean(false);
  }

  public @Nullable Long wholeIfAny(long min) {
    if (absent()) {
      return null;
    }
    if (!json.isIntegralNumber() || !json.canConvertToLong() || json.longValue() < min) {
      throw wrong("a whole number from " + min);
    }
    return json.longValue();
  }

  public @Nullable Double numberIfAny() {
    if (absent()) {
      return null;
    }
    if (!json.isNumber() || !Double.isFinite(json.asDouble(Double.NaN))) {
      throw wrong("a number");
    }
    return json.asDouble();
  }

  public MalformedBodyException wrong(String expected) {
    return new MalformedBodyException((path.isEmpty() ? "body" : path) + ": " + shown(), expected);
  }

  private String shown() {
    if (json.isMissingNode()) {
      return "absent";
    }
    if (json.isContainer()) {
      return json.isObject() ? "an object" : "an array";
    }
    var text = json.toString();
    return text.substring(0, Math.min(text.length(), SHOWN_CHARS_MAX));
  }
}
