package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BodyEditTest {

  @Test
  void changes_these_bytes_only() {
    var body = "xx{ \"max_tokens\" : 64000,\"a\":\"é\", \"model\":\"old\" }yy";
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var request = RequestScanner.scan(bytes, 2, bytes.length - 4);
    var maxTokens = request.maxTokens();
    if (maxTokens == null) {
      throw new AssertionError("max_tokens was not found");
    }
    var edited =
        new BodyEdit()
            .model(request.modelSpan(), "ne\"w")
            .maxTokens(maxTokens.span(), 4096)
            .apply(bytes, 2, bytes.length - 4);
    assertThat(new String(edited, StandardCharsets.UTF_8))
        .isEqualTo("{ \"max_tokens\" : 4096,\"a\":\"é\", \"model\":\"ne\\\"w\" }");
  }

  @Test
  void removes_and_inserts() {
    var bytes = "{\"a\":1,\"b\":2,\"c\":3}".getBytes(StandardCharsets.UTF_8);
    var edited =
        new BodyEdit()
            .insert(1, "\"é\":0,")
            .remove(new Span(12, 6))
            .remove(new Span(1, 6))
            .apply(bytes, 0, bytes.length);
    assertThat(new String(edited, StandardCharsets.UTF_8)).isEqualTo("{\"é\":0,\"b\":2}");
  }
}
