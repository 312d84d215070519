package dev.sluice.e2e.facts;

import dev.sluice.testkit.RecordedTraffic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Bodies of requests: grown from the words of the protocol, or damaged.
final class RandomBodies {

  private static final int DEPTH_MAX = 5;
  private static final int RECORDED_BYTES_MAX = 4096;
  private static final String[] KEYS = {
    "model",
    "max_tokens",
    "stream",
    "thinking",
    "messages",
    "system",
    "tools",
    "metadata",
    "context_management",
    "type",
    "source",
    "content",
    "display",
    "budget_tokens",
    "edits",
    "text",
    "max_uses",
    "speed",
    "inference_geo",
    "mcp_servers",
    "fallbacks",
    "role",
    "input",
    "citations",
    "data",
    "media_type",
    "mod\\u0065l",
    "typ\\u0065",
    "x",
    "",
    "content\\n",
    "count",
    "keys",
    "__index"
  };
  private static final String[] SCALARS = {
    "\"claude-opus-5-5\"",
    "\"custom\"",
    "\"text\"",
    "\"image\"",
    "\"document\"",
    "\"enabled\"",
    "\"container_upload\"",
    "\"disabled\"",
    "\"adaptive\"",
    "\"summarized\"",
    "\"omitted\"",
    "\"clear_thinking_20251015\"",
    "\"compact_20260112\"",
    "\"web_search_20250305\"",
    "\"\"",
    "\"imag\\u0065\"",
    "\"a \\\"b\\\" \\\\\\\\ \\n\\u00e9 long enough for several words\"",
    "\"\\\\\"",
    "\"standard\"",
    "\"\u00e9\"",
    "\"a,b\"",
    "true",
    "false",
    "null",
    "0",
    "1",
    "64000",
    "999999999",
    "1000000000",
    "-1",
    "-0",
    "1.5",
    "2e3",
    "1E+05",
    "01",
    "\"\\x\"",
    "\"\t\"",
    "\"\\u12\"",
    "nul",
    "+1",
    "-",
    "1.",
    ".5"
  };
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\\"",
    "\\u0065",
    "\\ud83d",
    "\\q",
    "\n",
    "\t",
    " ",
    "\u0000",
    "\u007f",
    "\u00e9",
    "\u001f",
    "true",
    "null",
    "0",
    "9",
    "-",
    ".",
    "e5",
    "12",
    "\"model\":\"m\",",
    "\"x\":1,",
    "\"max_tokens\":7,",
    "\"stream\":false,",
    "\"type\":\"image\",",
    "\"content\":[],",
    "\"source\":{},",
    "\"thinking\":{},",
    "\"tools\":[],",
    "\"speed\":null,",
    "\"citations\":null,"
  };

  /// Plain bodies; each has facts as it is.
  static final List<String> PLAIN =
      List.of(
          """
          {"model":"claude-x","messages":[{"role":"user","content":[{"type":"text","text":"a \\"b\\" \
          \\u00e9 \\\\ and a longer run of text without anything special in it"},{"type":"tool_use",\
          "input":{"a":[1,-2.5e+3,true,null,{}],"type":"image"}}]},{"role":"user","content":"hi"}],\
          "tools":[{"name":"t","type":"custom","input_schema":{"type":"object"}},{}],"max_tokens":64000,\
          "thinking":{"type":"enabled","budget_tokens":1024,"display":"omitted"},"stream":true}""",
          """
          {"max_tokens": 5, "system": "be brief\\n", "messages": [{"role": "user", "content": [{"type": \
          "tool_result", "content": [{"type": "text", "text": "x"}, {"type": "text", "text": "y"}]}]}, \
          {"role": "assistant", "content": [{"type": "text", "text": "z", "citations": null}]}], \
          "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}, \
          "model": "m", "metadata": {"user_id": "{\\"a\\":\\"b\\"}"}, "stream": false}  """);

  /// Bodies that are Java's to judge; damage can make them plain.
  private static final List<String> UNUSUAL =
      List.of(
          """
          {"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64",\
          "media_type":"image/png","data":"iVBOR"}},{"type":"document","source":{"type":"url",\
          "url":"https://example.com/a.pdf"}}]}],"max_tokens":1}""",
          """
          {"model":"m","messages":[{"role":"user","content":[{"type":"tool_result","content":[{"source":\
          {"type":"file","file_id":"f"},"type":"image"}]}]}],"max_tokens":1}""",
          """
          {"model":"m","messages":[{"content":{"type":"container_upload","file_id":"f"}}],"max_tokens":1}""",
          """
          {"model":"m","tools":[{"type":"web_search_20250305","max_uses":8}],"max_tokens":1}""",
          """
          {"model":"m","mcp_servers":[{"type":"url"}],"speed":"fast","inference_geo":"us"}""",
          """
          {"model":"m","fallbacks":["a","b/c"],"max_tokens":1}""");

  private final Random random;
  private final List<byte[]> recorded;

  RandomBodies(long seed) {
    random = new Random(seed);
    recorded =
        RecordedTraffic.requests().stream()
            .map(request -> request.http().body())
            .filter(body -> body.length > 0 && body.length < RECORDED_BYTES_MAX)
            .toList();
  }

  byte[] next() {
    return switch (random.nextInt(6)) {
      case 0 -> grown().getBytes(StandardCharsets.UTF_8);
      case 1 -> damaged(new String(any(recorded), StandardCharsets.ISO_8859_1));
      case 2 -> damaged(any(UNUSUAL));
      default -> damaged(any(PLAIN));
    };
  }

  private byte[] damaged(String text) {
    var body = new StringBuilder(text);
    for (int edits = random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(body.length());
      int end = Math.min(at + random.nextInt(4), body.length());
      body.replace(at, end, any(PIECES));
    }
    if (random.nextInt(20) == 0) {
      body.setLength(random.nextInt(body.length()) + 1);
    }
    return body.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Most have a model, so that they are not refused for that alone.
  private String grown() {
    var rest = object(0);
    if (random.nextInt(8) == 0) {
      return rest;
    }
    return "{\"model\":\"m\"" + (rest.length() > 2 ? "," : "") + rest.substring(1);
  }

  private String object(int depth) {
    var text = new StringBuilder("{");
    for (int members = random.nextInt(5); members > 0; members--) {
      text.append(text.length() > 1 ? "," : "").append('"').append(any(KEYS)).append("\":");
      text.append(value(depth + 1));
    }
    return text.append("}").toString();
  }

  private String array(int depth) {
    var text = new StringBuilder("[");
    for (int elements = random.nextInt(4); elements > 0; elements--) {
      text.append(text.length() > 1 ? ", " : "").append(value(depth + 1));
    }
    return text.append("]").toString();
  }

  private String value(int depth) {
    int kind = depth > DEPTH_MAX ? 0 : random.nextInt(4);
    return switch (kind) {
      case 2 -> object(depth);
      case 3 -> array(depth);
      default -> any(SCALARS);
    };
  }

  private String any(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
