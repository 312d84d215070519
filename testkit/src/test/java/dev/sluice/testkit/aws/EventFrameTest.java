package dev.sluice.testkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The frames that the AWS SDKs publish as their own test vectors.
class EventFrameTest {

  private static final byte[] PAYLOAD = "{'foo':'bar'}".getBytes(StandardCharsets.UTF_8);

  @Test
  void an_empty_message_is_its_prelude_and_two_checksums() {
    var frame = new EventFrame(List.of(), new byte[0]);
    assertThat(hex(frame)).isEqualTo("000000100000000005c248eb7d98c8ff");
  }

  @Test
  void a_payload_follows_the_prelude() {
    var frame = new EventFrame(List.of(), PAYLOAD);
    assertThat(hex(frame)).isEqualTo("0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936");
  }

  @Test
  void a_header_has_name_type_and_value() {
    var header = new EventFrame.Text("content-type", "application/json");
    assertThat(hex(new EventFrame(List.of(header), PAYLOAD)))
        .isEqualTo(
            "0000003d0000002007fd83960c636f6e74656e742d7479706507001061"
                + "70706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1");
  }

  private static String hex(EventFrame frame) {
    return HexFormat.of().formatHex(frame.encode());
  }
}
