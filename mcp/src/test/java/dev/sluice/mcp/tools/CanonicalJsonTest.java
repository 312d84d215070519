package dev.sluice.mcp.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class CanonicalJsonTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static String canonical(String json) {
    return new String(CanonicalJson.of(JSON.readTree(json)), StandardCharsets.UTF_8);
  }

  /// RFC 8785, appendix B.
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555555, 333333333.3333333",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2"
  })
  void writes_numbers_as_ecmascript_does(String bits, String written) {
    double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    var json = JsonNodeFactory.instance.numberNode(number);
    assertThat(new String(CanonicalJson.of(json), StandardCharsets.UTF_8)).isEqualTo(written);
  }

  @Test
  void writes_members_in_the_order_of_utf_16() {
    assertThat(canonical("{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"\\u20ac\":3,\"1\":4,\"\\r\":5}"))
        .isEqualTo("{\"\\r\":5,\"1\":4,\"\u20ac\":3,\"\ud83d\ude00\":2,\"\ufb33\":1}");
  }

  @Test
  void escapes_only_what_json_demands() {
    assertThat(canonical("\"\\u20ac$\\u000f\\nA'\\u0042\\u0022\\u005c\\\\\\\"\\/\""))
        .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  }

  @Test
  void writes_arrays_and_words_without_spaces() {
    assertThat(canonical("[ 1.50 , true , null , { } , [ ] , 1E2 ]"))
        .isEqualTo("[1.5,true,null,{},[],100]");
  }

  @Test
  void refuses_what_no_double_and_no_unicode_is() {
    assertThatThrownBy(() -> canonical("[1e999]")).hasMessageContaining("beyond all doubles");
    assertThatThrownBy(() -> CanonicalJson.of(JsonNodeFactory.instance.stringNode("a\ud800b")))
        .hasMessageContaining("surrogate");
    assertThatThrownBy(() -> CanonicalJson.of(JsonNodeFactory.instance.stringNode("\udc00")))
        .hasMessageContaining("surrogate");
  }
}
