package dev.sluice.e2e.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.decode.FactsHeader;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.MessagesRequest.Media;
import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.anthropic.RequestScanner;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The script inside Envoy against the scanner in Java: what the script finds is what the scanner
/// finds, and what the scanner refuses the script leaves to it, but for what is wrong inside of a
/// string.
class FactsE2E {

  private static final int BODIES = 30_000;
  private static final int LARGEST = 4 << 20;

  private static final Pattern ESCAPE = Pattern.compile("[\\\\]([\"\\\\/bfnrt]|u[0-9a-fA-F]{4})");

  private static ScriptEnvoy envoy;

  @BeforeAll
  static void start() throws Exception {
    envoy = ScriptEnvoy.start();
  }

  @AfterAll
  static void stop() throws Exception {
    envoy.close();
  }

  @AfterEach
  void the_script_never_failed() throws Exception {
    assertThat(envoy.complaints()).doesNotContain("script");
  }

  @Test
  void agrees_with_the_scanner_on_random_bodies() throws Exception {
    long seed = Long.getLong("sluice.seed", 20261121L);
    System.out.println("seed " + seed);
    var bodies = new RandomBodies(seed);
    int found = 0;
    int left = 0;
    for (int i = 0; i < BODIES; i++) {
      var body = bodies.next();
      var facts = agreed(body);
      found += facts != null ? 1 : 0;
      left += facts == null && isPlain(scanned(body)) ? 1 : 0;
    }
    assertThat(found).as("bodies with facts").isGreaterThan(BODIES / 6);
    assertThat(left).as("plain bodies left to Java").isLessThan(BODIES / 8);
  }

  static List<String> recorded() {
    return RecordedTraffic.requests().stream()
        .filter(request -> request.http().body().length > 0)
        .map(RecordedTraffic.Request::name)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void knows_all_that_claude_code_sends_but_for_tools_of_the_provider(String name)
      throws Exception {
    var body = RecordedTraffic.request(name).http().body();
    var request = scanned(body);
    assertThat(request).isNotNull();
    assertThat(agreed(body) != null).isEqualTo(isPlain(request));
    assertThat(isPlain(request)).isEqualTo(!name.contains("websearch"));
  }

  @Test
  void agrees_on_each_recorded_body_cut_anywhere() throws Exception {
    var body = RecordedTraffic.request("10-aux-title-2.1.197").http().body();
    for (int length = 1; length < body.length; length++) {
      assertThat(agreed(Arrays.copyOf(body, length))).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 16, LARGEST})
  void knows_a_body_of_any_length_up_to_its_limit(int length) throws Exception {
    var head = "{\"model\":\"m\",\"max_tokens\":1,\"system\":\"";
    var text = "x".repeat(length - head.length() - 2);
    assertThat(agreed((head + text + "\"}").getBytes(StandardCharsets.UTF_8))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"sluice.openai.YQ,false", "EqQBCg,true"})
  void leaves_thoughts_of_other_providers_to_java(String signature, boolean known)
      throws Exception {
    var block =
        "{\"type\":\"thinking\",\"thinking\":\"sluice.\",\"signature\":\"" + signature + "\"}";
    var message = "{\"role\":\"assistant\",\"content\":[" + block + "]}";
    var body = "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[" + message + "]}";
    assertThat(agreed(body.getBytes(StandardCharsets.UTF_8)) != null).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource({
    "srvtoolu_sluice_openai__ws_1, Eq, false",
    "srvtoolu_01A, sluice.openai., false",
    "srvtoolu_01A, Eq, true",
  })
  void leaves_searches_of_other_providers_to_java(String id, String index, boolean known)
      throws Exception {
    var body =
        """
        {'model':'m','max_tokens':1,'messages':[{'role':'assistant','content':[\
        {'type':'server_tool_use','id':'%1$s','input':{'id':'%1$s'}},\
        {'type':'web_search_tool_result','tool_use_id':'%1$s','content':[]},\
        {'type':'text','text':'sluice.','citations':[{'encrypted_index':'%2$s'}]}]}]}"""
            .formatted(id, index)
            .replace('\'', '"');
    assertThat(agreed(body.getBytes(StandardCharsets.UTF_8)) != null).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource({"null,true", "false,false"})
  void knows_a_body_with_citations_that_are_null(String citations, boolean known) throws Exception {
    var block = "{\"type\":\"text\",\"text\":\"x\",\"citations\":" + citations + "}";
    var message = "{\"role\":\"assistant\",\"content\":[" + block + "]}";
    var body = "{\"model\":\"m\",\"stream\":true,\"messages\":[" + message + "]}";
    assertThat(agreed(body.getBytes(StandardCharsets.UTF_8)) != null).isEqualTo(known);
  }

  @Test
  void leaves_larger_bodies_to_java() throws Exception {
    var head = "{\"model\":\"m\",\"max_tokens\":1,\"system\":\"";
    var body = (head + "x".repeat(LARGEST) + "\"}").getBytes(StandardCharsets.UTF_8);
    assertThat(agreed(body)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"60,true", "100,false", "1000,false", "100000,false"})
  void leaves_deep_bodies_to_java(int depth, boolean known) throws Exception {
    var deep = "[".repeat(depth) + "]".repeat(depth);
    var body = "{\"model\":\"m\",\"max_tokens\":1,\"metadata\":" + deep + "}";
    assertThat(agreed(body.getBytes(StandardCharsets.UTF_8)) != null).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource({"60,true", "101,false"})
  void leaves_bodies_of_many_keys_to_java(int keys, boolean known) throws Exception {
    var body = new StringBuilder("{\"model\":\"m\"");
    for (int key = 1; key < keys; key++) {
      body.append(",\"key").append(key).append("\":").append(key);
    }
    var facts = agreed(body.append('}').toString().getBytes(StandardCharsets.UTF_8));
    assertThat(facts != null).isEqualTo(known);
  }

  /// An escape or a control character is seen wherever in a word it stands.
  @ParameterizedTest
  @ValueSource(strings = {"\\n", "\\\"", "\\\\", "\\u00e9", "\\x", "\\u00g9", "\t", "\u0001", "\\"})
  void sees_every_byte_of_a_text(String special) throws Exception {
    for (int before = 0; before < 20; before++) {
      for (int after = 0; after < 20; after++) {
        var text = "a".repeat(before) + special + "b".repeat(after);
        var body = "{\"model\":\"m\",\"system\":\"" + text + "\",\"stream\":true}";
        agreed(body.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /// The header that the script made, once it is known to be right.
  private static @Nullable String agreed(byte[] body) throws Exception {
    var facts = envoy.facts(body);
    if (facts != null) {
      var request = scanned(repaired(body));
      var text = new String(body, StandardCharsets.ISO_8859_1);
      assertThat(request).as(text).isNotNull();
      assertThat(isPlain(request)).as(text).isTrue();
      assertThat(facts).as(text).isEqualTo(FactsHeader.write(request));
      assertThat(FactsHeader.read(facts)).as(text).isEqualTo(request);
    }
    return facts;
  }

  /// The same body with a mark for each control character and wrong escape inside of a string.
  private static byte[] repaired(byte[] body) {
    var repaired = body.clone();
    boolean inString = false;
    for (int i = 0; i < repaired.length; i++) {
      if (repaired[i] == '"') {
        inString = !inString;
      } else if (inString && repaired[i] == '\\') {
        int length = escapeLength(repaired, i);
        repaired[i] = length == 0 ? (byte) '#' : repaired[i];
        i += Math.max(length - 1, 0);
      } else if (inString && repaired[i] >= 0 && repaired[i] < ' ') {
        repaired[i] = '#';
      }
    }
    return repaired;
  }

  /// @return 0 for what is no escape
  private static int escapeLength(byte[] body, int at) {
    var rest = new String(body, at, Math.min(6, body.length - at), StandardCharsets.ISO_8859_1);
    var escape = ESCAPE.matcher(rest);
    return escape.lookingAt() ? escape.end() : 0;
  }

  private static @Nullable MessagesRequest scanned(byte[] body) {
    try {
      return RequestScanner.scan(body, 0, body.length);
    } catch (MalformedBodyException _) {
      return null;
    }
  }

  private static boolean isPlain(@Nullable MessagesRequest request) {
    return request != null
        && request.media().equals(Media.NONE)
        && request.serverTools().equals(ServerTools.NONE)
        && request.surcharge() == null
        && request.fallbacks() == null;
  }
}
