package dev.sluice.compiler;

import dev.sluice.compiler.manifest.Shape;
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

  /// What is digested at once.
  private static final int TEXT_CHARS = 64 << 10;

  private final StringBuilder text = new StringBuilder(TEXT_CHARS);
  private final MessageDigest sha256;

  private Canonical(MessageDigest sha256) {
    this.sha256 = sha256;
  }

  static String digest(Object content) {
    try {
      var canonical = new Canonical(MessageDigest.getInstance("SHA-256"));
      canonical.write(content);
      canonical.take();
      return HexFormat.of().formatHex(canonical.sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }

  private void take() {
    sha256.update(text.toString().getBytes(StandardCharsets.UTF_8));
    text.setLength(0);
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
    if (text.length() > TEXT_CHARS / 2) {
      take();
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
    for (var field : Shape.of(content.getClass()).fields()) {
      write(field.of(content));
    }
  }
}
