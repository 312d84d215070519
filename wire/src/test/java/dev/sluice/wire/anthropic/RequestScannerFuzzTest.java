package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The scanner against a full JSON parser, on bodies with random damage.
class RequestScannerFuzzTest {

  private static final int BODIES = 60_000;
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
    "\n",
    "\t",
    "\u0000",
    "true",
    "false",
    "null",
    "0",
    "-1",
    "1e5",
    ".5",
    "12",
    " ",
    "é",
    "\"model\":\"m\"",
    "\"x\":1",
    "\"max_tokens\":7",
    "\"stream\":false",
    "\"type\":\"image\"",
    "\"content\":[]",
    "\u007f",
  };
  private static final String SEED_BODY =
      """
      {"model":"claude-x","messages":[{"role":"user","content":[{"type":"text","text":"a \\"b\\" \
      \\u00e9 \\\\ and a longer run of text without anything special in it"},{"type":"image","source":\
      {"type":"base64","media_type":"image/png","data":"iVBOR"}},{"type":"tool_use","input":{"a":[1,\
      -2.5e+3,true,null,{}]}}]}],"tools":[{"name":"t","input_schema":{}}],"max_tokens":64000,\
      "thinking":{"type":"enabled","budget_tokens":1024},"stream":true}""";

  private final JsonMapper lenientAboutTwins = mapper(JsonFactory.builder());
  private final JsonMapper strict =
      mapper(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION));

  private static JsonMapper mapper(tools.jackson.core.json.JsonFactoryBuilder factory) {
    var limits = StreamReadConstraints.builder().maxNestingDepth(JsonCursor.DEPTH_MAX).build();
    return JsonMapper.builder(factory.streamReadConstraints(limits).build())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  @Test
  void agrees_with_a_parser_on_damaged_bodies() {
    long seed = Long.getLong("sluice.seed", 20261120L);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < BODIES; i++) {
      var body = damage(random);
      accepted += agrees(body) ? 1 : 0;
    }
    assertThat(accepted).as("bodies that were accepted").isBetween(BODIES / 20, BODIES * 19 / 20);
  }

  private static byte[] damage(Random random) {
    var body = new StringBuilder(SEED_BODY);
    for (int edits = random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(body.length());
      int end = Math.min(at + random.nextInt(4), body.length());
      body.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
    }
    if (random.nextInt(10) == 0) {
      body.setLength(random.nextInt(body.length()));
    }
    return body.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// @return whether both accepted the body
  private boolean agrees(byte[] body) {
    var text = new String(body, StandardCharsets.ISO_8859_1);
    var tree = read(lenientAboutTwins, text);
    try {
      var request = RequestScanner.scan(body, 0, body.length);
      assertThat(tree).as(text).isNotNull();
      assertThat(topLevelTwins(text)).as(text).isFalse();
      assertSame(request, tree, text);
      return true;
    } catch (MalformedBodyException e) {
      assertThat(excused(tree, text, e)).as("%s: %s", e.getMessage(), text).isTrue();
      return false;
    }
  }

  private static void assertSame(MessagesRequest request, JsonNode tree, String text) {
    // Beyond ASCII the two decode differently: the oracle is given bytes as characters.
    var model = tree.path("model").stringValue();
    if (model.chars().allMatch(c -> c < 128)) {
      assertThat(request.model()).as(text).isEqualTo(model);
    }
    assertThat(request.outputTokens()).as(text).isEqualTo(tree.path("max_tokens").asLong(0));
    assertThat(request.stream()).as(text).isEqualTo(tree.path("stream").asBoolean(false));
  }

  /// Whether the scanner may refuse: not JSON, a key twice, or a field that is not what it must be.
  private boolean excused(@Nullable JsonNode tree, String text, MalformedBodyException e) {
    return tree == null
        || !tree.isObject()
        || (e.expected().startsWith("each key once") && read(strict, text) == null)
        || !tree.path("model").isString()
        || tree.path("model").stringValue().isEmpty()
        || !(tree.path("stream").isBoolean() || isAbsent(tree.path("stream")))
        || notWhole(tree.path("max_tokens"))
        || notWhole(tree.path("thinking").path("budget_tokens"));
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static boolean notWhole(JsonNode node) {
    return !node.isMissingNode()
        && !(node.isIntegralNumber() && node.asLong(0) > 0 && node.asLong(0) < 1_000_000_000);
  }

  private static @Nullable JsonNode read(JsonMapper mapper, String text) {
    try {
      return mapper.readTree(new StringReader(text));
    } catch (JacksonException _) {
      return null;
    }
  }

  private boolean topLevelTwins(String text) {
    var keys = new HashSet<String>();
    int depth = 0;
    try (var parser = lenientAboutTwins.createParser(new StringReader(text))) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token == JsonToken.PROPERTY_NAME && depth == 1 && !keys.add(parser.currentName())) {
          return true;
        }
      }
    }
    return false;
  }
}
