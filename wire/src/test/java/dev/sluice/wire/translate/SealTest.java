package dev.sluice.wire.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SealTest {

  @ParameterizedTest
  @ValueSource(strings = {"c2lnbmVk", "a.b.c", "{\"encrypted\":\"é\"}", "x"})
  void opens_to_what_was_sealed(String signature) {
    var told = Seal.seal("chat", signature);
    assertThat(told).matches("sluice\\.chat\\.[A-Za-z0-9_-]+");
    assertThat(Seal.open(told)).isEqualTo(new Seal("chat", signature));
  }

  @Test
  void seals_a_thought_that_nobody_signed() {
    assertThat(Seal.seal("chat", null)).isEqualTo("sluice.chat.");
    assertThat(Seal.open("sluice.chat.")).isEqualTo(new Seal("chat", null));
    assertThat(Seal.seal("chat", "")).isEqualTo("sluice.chat.");
  }

  @Test
  void leaves_what_anthropic_signed() {
    assertThat(Seal.seal(Seal.ANTHROPIC, "EqQBCg+/=")).isEqualTo("EqQBCg+/=");
    assertThat(Seal.open("EqQBCg+/=")).isEqualTo(new Seal(Seal.ANTHROPIC, "EqQBCg+/="));
    assertThat(Seal.open("").isOf(Seal.ANTHROPIC)).isTrue();
    assertThat(Seal.open(null)).isEqualTo(new Seal(Seal.ANTHROPIC, null));
  }

  @Test
  void seals_once() {
    var told = Seal.seal("chat", "c2ln");
    assertThat(Seal.seal("chat", told)).isEqualTo(told);
    assertThat(Seal.open(told).isOf("chat")).isTrue();
    assertThat(Seal.open(told).isOf("converse")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sluice.", "sluice.chat", "sluice..YQ", "sluice.chat.!", "sluice.anthropic.YQ"})
  void nobody_owns_a_broken_seal(String told) {
    assertThat(Seal.open(told)).isEqualTo(new Seal("", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Chat", "a.b", "a b"})
  void refuses_an_origin_that_could_not_be_read_again(String origin) {
    assertThatThrownBy(() -> Seal.seal(origin, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("origin: " + origin);
  }

  @Test
  void is_found_in_a_body_without_reading_it() {
    var body = "{\"signature\":\"sluice.chat.YQ\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(Seal.mayBeIn(body, 0, body.length)).isTrue();
    assertThat(Seal.mayBeIn(body, 13, body.length - 13)).isTrue();
    assertThat(Seal.mayBeIn(body, 14, body.length - 14)).isFalse();
    assertThat(Seal.mayBeIn(body, 0, 20)).isFalse();
    var search = "{\"id\":\"srvtoolu_sluice_chat__ws_1\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(Seal.mayBeIn(search, 0, search.length)).isTrue();
    var own = "{\"id\":\"srvtoolu_1\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(Seal.mayBeIn(own, 0, own.length)).isFalse();
  }
}
