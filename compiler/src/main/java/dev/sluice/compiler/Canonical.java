package dev.sluice.compiler;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A digest of any tree of records, lists and maps, that is equal exactly for equal content: every
/// value is written with its length, and maps in the order of their keys.
final class Canonical {

  private final StringBuilder text = new StringBuilder();

  private Canonical() {}

  static String digest(Object content) {
    var canonical = new Canonical();
    canonical.write(content);
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var bytes = canonical.text.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(sha256.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> text.append('-');
      case Record content -> writeRecord(content);
      case Map<?, ?> map -> writeMap(map);
      case Collection<?> list -> {
        text.append('[').append(list.size()).append(':');
        list.forEach(this::write);
      }
      case Object plain -> writeText(plain.toString());
    }
  }

  private void writeText(String plain) {
    text.append(plain.length()).append(':').append(plain);
  }

  private void writeMap(Map<?, ?> map) {
    var sorted = new TreeMap<String, Object>();
    map.forEach((key, value) -> sorted.put(key.toString(), value));
    text.append('{').append(sorted.size()).append(':');
    sorted.forEach(
        (key, value) -> {
          writeText(key);
          write(value);
        });
  }

  private void writeRecord(Record content) {
    writeText(content.getClass().getName());
    for (var component : content.getClass().getRecordComponents()) {
      write(read(component, content));
    }
  }

  private static @Nullable Object read(RecordComponent component, Record content) {
    try {
      return component.getAccessor().invoke(content);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("BUG: cannot read " + component, e);
    }
  }
}
