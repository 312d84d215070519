package dev.sluice.mcp.upstream.stdio;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a gateway and a tool host say to each other before the bytes of a program pass: a line of
/// JSON from the gateway, the program and its environment, and a line of text back, empty where the
/// program runs.
final class HostWords {

  static final int ASKED_BYTES_MAX = 256 * 1024;
  static final int ANSWER_BYTES_MAX = 1024;

  private HostWords() {}

  static byte[] asked(Command command) {
    var json = JsonMapper.shared().createObjectNode();
    var words = json.putArray("command");
    command.words().forEach(words::add);
    var environment = json.putObject("environment");
    command.environment().forEach(environment::put);
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// @throws IOException for what is no such line; it repeats nothing of it
  static Command readAsked(InputStream in) throws IOException {
    try {
      var json = JsonMapper.shared().readTree(line(in, ASKED_BYTES_MAX));
      List<String> words = new ArrayList<>();
      json.path("command").forEach(word -> words.add(text(word)));
      Map<String, String> environment = new HashMap<>();
      json.path("environment")
          .properties()
          .forEach(variable -> environment.put(variable.getKey(), text(variable.getValue())));
      return new Command(words, environment, Optional.empty());
    } catch (JacksonException | IllegalArgumentException _) {
      throw new IOException("what was asked of the tool host is malformed");
    }
  }

  private static String text(JsonNode node) {
    if (!node.isString()) {
      throw new IllegalArgumentException("no string");
    }
    return node.stringValue();
  }

  static byte[] answer(String refusal) {
    return (refusal + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// The refusal; empty where the program runs.
  static String readAnswer(InputStream in) throws IOException {
    return new String(line(in, ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
  }

  /// Byte by byte: what follows the line is the program's.
  private static byte[] line(InputStream in, int bytesMax) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("a line has no end");
      }
      if (line.size() == bytesMax) {
        throw new IOException(
            "a line is too long (expected: %d bytes or less)".formatted(bytesMax));
      }
      line.write(next);
    }
    return line.toByteArray();
  }
}
