package dev.sluice.testkit;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;

/// One command for a Redis on this machine, over a connection of its own.
final class RedisPrompt {

  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

  private RedisPrompt() {}

  /// The answer as text; the parts of a list, one a line. An error begins with its code.
  static String ask(int port, String... words) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) ANSWERS_WITHIN.toMillis());
      socket.getOutputStream().write(request(words).getBytes(StandardCharsets.UTF_8));
      return read(new DataInputStream(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String request(String... words) {
    var request = new StringBuilder("*" + words.length + "\r\n");
    for (var word : words) {
      int length = word.getBytes(StandardCharsets.UTF_8).length;
      request.append("$" + length + "\r\n" + word + "\r\n");
    }
    return request.toString();
  }

  private static String read(DataInputStream in) throws IOException {
    var line = line(in);
    var rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '$' -> text(in, Integer.parseInt(rest));
      case '*' -> list(in, Integer.parseInt(rest));
      default -> rest;
    };
  }

  private static String list(DataInputStream in, int length) throws IOException {
    var parts = new ArrayList<String>();
    for (int i = 0; i < length; i++) {
      parts.add(read(in));
    }
    return String.join("\n", parts);
  }

  private static String text(DataInputStream in, int length) throws IOException {
    if (length < 0) {
      return "";
    }
    var bytes = in.readNBytes(length);
    line(in);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String line(DataInputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
