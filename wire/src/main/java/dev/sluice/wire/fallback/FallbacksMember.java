package dev.sluice.wire.fallback;

import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.JsonCursor;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.Span;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.JsonBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The member `fallbacks` of a body: a word to the gateway, which no provider is sent.
///
/// @param names of models, or `provider/model`, in the client's order
/// @param rest the body without the member, with no other byte changed
@SuppressWarnings("ArrayRecordComponent") // It goes on as it is.
public record FallbacksMember(List<String> names, byte[] rest) {

  public static final String NAME = "fallbacks";

  /// Of one request: no plan has more places.
  public static final int NAMES_MAX = 4;

  /// Of the member, as it is written: more than so many names can take.
  static final int BYTES_MAX = 8 << 10;

  private static final int NAME_CHARS_MAX = 256;
  private static final int SHOWN_CHARS_MAX = 64;
  private static final String ONE = "the name of a model, or an object with model alone";
  private static final JsonMapper JSON = JsonMapper.shared();

  public FallbacksMember {
    names = List.copyOf(names);
  }

  /// Where it is in a body.
  ///
  /// @param cut the member and one comma
  private record Place(Span value, Span cut) {}

  /// Takes the member out of a body that was scanned before, and has it.
  ///
  /// @throws MalformedBodyException for names that cannot be such
  public static FallbacksMember take(byte[] bytes, int offset, int length) {
    var place = place(new JsonCursor(bytes, offset, length));
    if (place == null) {
      throw new IllegalStateException("BUG: a body without " + NAME);
    }
    int size = place.value().length();
    if (size > BYTES_MAX) {
      throw new MalformedBodyException(NAME + ": " + size + " bytes", "at most " + BYTES_MAX);
    }
    var value = JsonBody.read(bytes, offset + place.value().start(), size);
    var rest = new BodyEdit().remove(place.cut()).apply(bytes, offset, length);
    return new FallbacksMember(names(new Field(NAME, value.json())), rest);
  }

  private static @Nullable Place place(JsonCursor json) {
    @Nullable Span value = null;
    @Nullable Span cut = null;
    int endBefore = -1;
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.peek();
      int start = json.position();
      if (value != null) {
        return new Place(value, cut == null ? span(endBefore, start) : cut);
      }
      json.key();
      boolean found = json.textIs(NAME);
      json.peek();
      int from = json.position();
      json.skip(1);
      int end = json.position();
      if (found) {
        value = span(from, end);
        cut = endBefore < 0 ? null : span(endBefore, end);
      }
      endBefore = found && cut == null ? start : end;
    }
    if (value == null) {
      return null;
    }
    return new Place(value, cut == null ? span(endBefore, value.end()) : cut);
  }

  private static Span span(int from, int to) {
    return new Span(from, to - from);
  }

  /// The names in a body that was read as a whole; none where the member is absent.
  ///
  /// @throws MalformedBodyException for names that cannot be such
  public static List<String> names(Field member) {
    if (member.absent()) {
      return List.of();
    }
    if (!member.json().isArray()) {
      throw member.wrong("an array, each " + ONE);
    }
    var items = member.items();
    if (items.size() > NAMES_MAX) {
      throw new MalformedBodyException(
          member.path() + ": " + items.size() + " models", "at most " + NAMES_MAX);
    }
    var names = new ArrayList<String>();
    items.forEach(item -> names.add(item.json().isObject() ? ofObject(item) : name(item)));
    return names;
  }

  /// What others let an object change for one attempt (messages, `max_tokens`) is not served, and
  /// leaving it out could change an answer.
  private static String ofObject(Field item) {
    for (var other : item.json().propertyNames()) {
      if (!other.equals("model")) {
        var shown = other.substring(0, Math.min(other.length(), SHOWN_CHARS_MAX));
        throw new Field(item.path() + "." + shown, item.json().path(other))
            .wrong("no member but model");
      }
    }
    return name(item.at("model"));
  }

  private static String name(Field item) {
    if (!item.json().isString() || item.text().isBlank()) {
      throw item.wrong(ONE);
    }
    if (item.text().length() > NAME_CHARS_MAX) {
      throw new MalformedBodyException(
          item.path() + ": " + item.text().length() + " characters", "1.." + NAME_CHARS_MAX);
    }
    return item.text().strip();
  }

  /// A body with the member, put first.
  ///
  /// @param body an object with a member or more, and no space before it
  public static byte[] write(byte[] body, List<String> names) {
    if (names.isEmpty()) {
      return body;
    }
    var member = JSON.writeValueAsString(NAME) + ":" + JSON.writeValueAsString(names) + ",";
    return new BodyEdit().insert(1, member).apply(body, 0, body.length);
  }
}
