package dev.sluice.wire.anthropic.message;

import java.util.Collection;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// A record as lines, one for each value in it; of a long text its start, length and checksum.
final class Shown {

  private static final int TEXT_CHARS_MAX = 70;

  private final StringBuilder lines = new StringBuilder();

  private Shown() {}

  static String of(Object value) {
    var shown = new Shown();
    shown.add("", "", value);
    return shown.lines.toString();
  }

  private void add(String indent, String name, @Nullable Object value) {
    switch (value) {
      case Record record -> {
        line(indent, name + record.getClass().getSimpleName());
        for (var part : record.getClass().getRecordComponents()) {
          add(indent + "  ", part.getName() + ": ", read(part.getAccessor(), record));
        }
      }
      case Collection<?> list when list.isEmpty() -> line(indent, name + "none");
      case Collection<?> list -> {
        line(indent, name.stripTrailing());
        list.forEach(item -> add(indent + "  ", "- ", item));
      }
      case null -> line(indent, name + "null");
      default -> line(indent, name + shortened(value.toString()));
    }
  }

  private static @Nullable Object read(java.lang.reflect.Method accessor, Record record) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static String shortened(String text) {
    var shown = text.replace("\n", "\\n").replace("\r", "\\r");
    if (shown.length() <= TEXT_CHARS_MAX) {
      return "\"" + shown + "\"";
    }
    var checksum = new CRC32();
    checksum.update(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return "\"%s…\" (%d, %08x)"
        .formatted(shown.substring(0, TEXT_CHARS_MAX), text.length(), checksum.getValue());
  }

  private void line(String indent, String text) {
    lines.append(indent).append(text).append('\n');
  }
}
