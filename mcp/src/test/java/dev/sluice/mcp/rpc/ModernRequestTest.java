package dev.sluice.mcp.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

final class ModernRequestTest {

  private static ObjectNode json(String text) {
    return (ObjectNode) new JsonMapper().readTree(text.replace('\'', '"'));
  }

  /// The examples of the specification.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "us-west1,us-west1",
        "`Hello, 世界`,=?base64?SGVsbG8sIOS4lueVjA==?=",
        "` padded `,=?base64?IHBhZGRlZCA=?=",
        "`line1\nline2`,=?base64?bGluZTEKbGluZTI=?=",
        "=?base64?literal?=,=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="
      })
  void writes_a_text_into_a_header_and_reads_it_again(String text, String header) {
    assertThat(HeaderText.encoded(text)).isEqualTo(header);
    assertThat(HeaderText.decoded(header)).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"=?base64?***?=", "a\nb", "ü", ""})
  void reads_no_header_that_nobody_may_send(String header) {
    assertThat(HeaderText.decoded(header)).isEmpty();
  }

  private static Message.Request call(String name) {
    var params = json("{'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28'}}");
    return new Message.Request(RpcId.of(1), "tools/call", params.put("name", name));
  }

  @Test
  void finds_headers_that_differ_from_the_body() {
    var right = MirroredHeaders.of(call("echo"), ProtocolVersion.V2026_07_28);
    assertThat(mismatch(call("echo"), right)).isEmpty();
    assertThat(mismatch(call("delete"), right)).isPresent();
    for (var name : right.keySet()) {
      var without = new LinkedHashMap<>(right);
      without.remove(name);
      assertThat(mismatch(call("echo"), without).orElseThrow().code())
          .isEqualTo(RpcError.HEADER_MISMATCH);
    }
  }

  private static Optional<RpcError> mismatch(Message.Request request, Map<String, String> headers) {
    return MirroredHeaders.mismatch(request, name -> Optional.ofNullable(headers.get(name)));
  }

  @Test
  void adds_to_the_metadata_and_leaves_the_original_as_it_is() {
    var params = json("{'name':'echo','_meta':{'com.example/x':1}}");
    JsonNode value = JsonNodeFactory.instance.stringNode("v");
    var changed = Meta.with(params, "a/b", value);
    assertThat(changed).isEqualTo(json("{'name':'echo','_meta':{'com.example/x':1,'a/b':'v'}}"));
    assertThat(Meta.without(changed, "a/b")).isEqualTo(params);
    assertThat(params).isEqualTo(json("{'name':'echo','_meta':{'com.example/x':1}}"));
    assertThat(Meta.without(Meta.with(json("{}"), "a/b", value), "a/b")).isEqualTo(json("{}"));
  }

  @Test
  void sends_input_with_the_state_that_the_server_gave_and_no_other() {
    var result =
        json(
            "{'resultType':'input_required','requestState':'s2','inputRequests':"
                + "{'who':{'method':'elicitation/create','params':{'message':'?'}}}}");
    var asked = InputRequired.of(result).orElseThrow();
    assertThat(asked.requests().get("who").method()).isEqualTo("elicitation/create");
    var before = json("{'name':'ask','requestState':'s1','inputResponses':{'old':{}}}");
    assertThat(asked.answered(before, Map.of("who", json("{'action':'decline'}"))))
        .isEqualTo(
            json(
                "{'name':'ask','inputResponses':{'who':{'action':'decline'}},"
                    + "'requestState':'s2'}"));
    assertThat(InputRequired.of(json("{'content':[]}"))).isEmpty();
    assertThat(InputRequired.type(json("{}"))).isEqualTo("complete");
  }

  @Test
  void reads_how_long_a_result_may_be_kept() {
    assertThat(CacheHint.of(json("{'ttlMs':1500,'cacheScope':'public'}")))
        .contains(new CacheHint(Duration.ofMillis(1500), CacheHint.Scope.PUBLIC));
    assertThat(CacheHint.of(json("{'ttlMs':0}")).orElseThrow().scope())
        .isEqualTo(CacheHint.Scope.PRIVATE);
    assertThat(CacheHint.of(json("{'ttlMs':-1}"))).isEmpty();
    assertThat(CacheHint.of(json("{}"))).isEmpty();
  }

  @Test
  void knows_the_era_of_a_version_that_it_does_not_speak() {
    assertThat(new ProtocolVersion("2027-01-01").era()).isEqualTo(Era.MODERN);
    assertThat(new ProtocolVersion("2025-01-01").era()).isEqualTo(Era.LEGACY);
    assertThat(ProtocolVersion.V2025_03_26.namedInHeader()).isFalse();
  }

  @Test
  void puts_parameters_into_headers_as_the_schema_marks_them() {
    var schema =
        json(
            "{'properties':{'region':{'type':'string','x-mcp-header':'Region'},"
                + "'limits':{'type':'object','properties':"
                + "{'rows':{'type':'integer','x-mcp-header':'Rows'},"
                + "'dry':{'type':'boolean','x-mcp-header':'Dry'}}}}}");
    var headers = ParamHeaders.of(schema).orElseThrow();
    assertThat(headers.headers(json("{'region':'ü','limits':{'rows':42,'dry':true}}")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Mcp-Param-Region", "=?base64?w7w=?=",
                "Mcp-Param-Rows", "42",
                "Mcp-Param-Dry", "true"));
    assertThat(headers.headers(json("{'region':null}"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'region':'ü','rows':42}               | =?base64?w7w=?= | 42.0 |
          {'region':'eu','rows':-7,'dry':false}  | eu              | -7   | false
          {'region':'eu'}                        | eu              | 42   | other
          {'region':null,'rows':null}            | anything        |      |
          {'region':''}                          | ''              |      |
          """)
  void headers_that_say_what_the_arguments_say_are_no_mismatch(
      String arguments, @Nullable String region, @Nullable String rows, @Nullable String dry) {
    assertThat(mismatch(arguments, region, rows, dry)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'region':'eu'}            |                 |      |       | Mcp-Param-Region
          {'region':'eu'}            | us              |      |       | Mcp-Param-Region
          {'region':'eu'}            | EU              |      |       | Mcp-Param-Region
          {'region':'42.0'}          | 42              |      |       | Mcp-Param-Region
          {'region':'ü'}             | =?base64?!!!!?= |      |       | Mcp-Param-Region
          {'region':'eu','rows':42}  | eu              | 42.5 |       | Mcp-Param-Rows
          {'region':'eu','rows':42}  | eu              | 4 2  |       | Mcp-Param-Rows
          {'region':'eu','rows':4.0} | eu              | 7    |       | Mcp-Param-Rows
          {'region':'eu','dry':true} | eu              |      | false | Mcp-Param-Dry
          """)
  void a_header_that_is_missing_or_differs_from_the_arguments_is_a_mismatch(
      String arguments,
      @Nullable String region,
      @Nullable String rows,
      @Nullable String dry,
      String named) {
    var error = mismatch(arguments, region, rows, dry).orElseThrow();
    assertThat(error.code()).isEqualTo(-32020);
    assertThat(error.message())
        .isEqualTo("Header mismatch: " + named + " is missing, or differs from the body");
  }

  private static Optional<RpcError> mismatch(
      String arguments, @Nullable String region, @Nullable String rows, @Nullable String dry) {
    var schema =
        json(
            "{'properties':{'region':{'type':'string','x-mcp-header':'Region'},"
                + "'rows':{'type':'integer','x-mcp-header':'Rows'},"
                + "'dry':{'type':'boolean','x-mcp-header':'Dry'}}}");
    return ParamHeaders.of(schema)
        .orElseThrow()
        .mismatch(
            json(arguments),
            name ->
                Optional.ofNullable(
                    switch (name) {
                      case "Mcp-Param-Region" -> region;
                      case "Mcp-Param-Rows" -> rows;
                      default -> dry;
                    }));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'x-mcp-header':'Root'}",
        "{'properties':{'a':{'type':'string','x-mcp-header':''}}}",
        "{'properties':{'a':{'type':'string','x-mcp-header':'with space'}}}",
        "{'properties':{'a':{'type':'string','x-mcp-header':'a\\r\\nX: y'}}}",
        "{'properties':{'a':{'type':'number','x-mcp-header':'A'}}}",
        "{'properties':{'a':{'type':'array','items':{'type':'string','x-mcp-header':'A'}}}}",
        "{'properties':{'a':{'anyOf':[{'type':'string','x-mcp-header':'A'}]}}}",
        "{'$defs':{'a':{'type':'string','x-mcp-header':'A'}}}",
        "{'properties':{'a':{'type':'string','x-mcp-header':'A'},"
            + "'b':{'type':'string','x-mcp-header':'a'}}}"
      })
  void takes_no_schema_whose_marks_are_not_valid(String schema) {
    assertThat(ParamHeaders.of(json(schema))).isEmpty();
  }
}
