package dev.sluice.mcp.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mcp.rpc.MalformedMessageException.Fault;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageCodecTest {

  private final MessageCodec codec =
      new MessageCodec(new MessageLimits(10_000, 300, 20, 100, 60, 3));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String again(String text) throws MalformedMessageException {
    return new String(codec.write(codec.read(bytes(text))), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"any/method\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"m\",\"params\":{\"x\":[1.10,1e400,-0.5,12345678901234567890]}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/any\",\"params\":{\"_meta\":{\"a/b\":null}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":-7,\"result\":{\"new\":{\"field\":true}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"m\",\"data\":[1],\"more\":2}}",
        "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"m\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"unknown\":{\"kept\":1}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"grüße/\uD83D\uDE00\"}"
      })
  void passes_a_message_through_unharmed(String text) throws Exception {
    assertThat(again(text).replace("1E+400", "1e400")).isEqualTo(text);
  }

  @Test
  void passes_half_of_a_surrogate_pair_through() throws Exception {
    var text = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"x\":\"\\ud800\"}}";
    assertThat(again(text)).isEqualToIgnoringCase(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|NOT_JSON",
        "''|NOT_JSON",
        "nul|NOT_JSON",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1} x|NOT_JSON",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"result\":1}|NOT_JSON",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"n\":1,\"n\":2}}|NOT_JSON",
        "[]|NOT_JSON_RPC",
        "1|NOT_JSON_RPC",
        "{}|NOT_JSON_RPC",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"m\"}|NOT_JSON_RPC",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\"}|NOT_JSON_RPC",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"m\"}|NOT_JSON_RPC",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}|NOT_JSON_RPC",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[1]}|NOT_JSON_RPC",
        "{\"jsonrpc\":\"2.0\",\"id\":1}|NOT_JSON_RPC",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1,\"error\":{\"code\":1}}|NOT_JSON_RPC",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"text\"}|NOT_JSON_RPC"
      })
  void refuses_what_is_no_message(String text, Fault fault) {
    assertThatThrownBy(() -> codec.read(bytes(text)))
        .isInstanceOfSatisfying(
            MalformedMessageException.class, e -> assertThat(e.fault()).isEqualTo(fault));
  }

  @Test
  void refuses_what_is_too_large_or_too_deep_and_repeats_nothing_of_it() {
    var large = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"" + "s3cr3t".repeat(2000) + "\"}";
    var deep = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + "[".repeat(50) + "]".repeat(50) + "}";
    var number = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + "9".repeat(100) + "}";
    for (var text : new String[] {large, deep, number}) {
      assertThatThrownBy(() -> codec.read(bytes(text)))
          .isInstanceOfSatisfying(
              MalformedMessageException.class,
              e -> assertThat(e.fault()).isEqualTo(Fault.TOO_LARGE))
          .hasMessageNotContaining("s3cr3t");
    }
    assertThatThrownBy(() -> codec.read(bytes("{\"s3cr3t\" "))).hasMessageNotContaining("s3cr3t");
  }

  @Test
  void reads_a_batch_up_to_its_limit() throws Exception {
    var one = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}";
    assertThat(codec.readAll(bytes("[" + one + "," + one + "]"))).hasSize(2);
    assertThat(codec.readAll(bytes(one))).hasSize(1);
    var four = "[" + String.join(",", one, one, one, one) + "]";
    assertThatThrownBy(() -> codec.readAll(bytes(four))).hasMessageContaining("4");
  }

  @Test
  void tells_ids_apart_by_their_kind() {
    assertThat(RpcId.of(1)).isNotEqualTo(RpcId.of("1"));
    assertThat(RpcId.of(RpcId.of(1).json())).contains(RpcId.of(1));
    assertThat(RpcId.of(RpcId.of("1").json())).contains(RpcId.of("1"));
  }

  @Test
  void refuses_what_has_too_many_tokens() {
    var many = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[" + "{},".repeat(200) + "0]}";
    assertThatThrownBy(() -> codec.read(bytes(many)))
        .isInstanceOfSatisfying(
            MalformedMessageException.class, e -> assertThat(e.fault()).isEqualTo(Fault.TOO_LARGE))
        .hasMessage("tokens: over 300 (expected: at most that)");
  }
}
