package dev.sluice.ledger.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A Lua script with the name by which Redis knows it.
///
/// The name is the digest of the text: gateways of different versions run side by side, each with
/// its own scripts.
public record Script(String source, String digest) {

  /// Joins resource files of this package to one script.
  static Script of(String... files) {
    return of(Script.class, files);
  }

  /// Joins resource files that are beside a class.
  public static Script of(Class<?> beside, String... files) {
    var source = new StringBuilder();
    for (var file : files) {
      source.append(read(beside, file));
    }
    return new Script(source.toString(), digest(source.toString()));
  }

  private static String read(Class<?> beside, String file) {
    try (var in = beside.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("BUG: no resource " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String source) {
    try {
      var sha1 = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(sha1.digest(source.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-1", e);
    }
  }
}
