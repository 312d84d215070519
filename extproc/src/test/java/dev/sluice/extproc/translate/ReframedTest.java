package dev.sluice.extproc.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.decode.Endpoint;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReframedTest {

  private static final byte[] BODY =
      ("{\"model\":\"" + AtBedrock.MODEL + "\",\"max_tokens\":5000,\"messages\":[]}")
          .getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @CsvSource({",9000,5000", ",100,100", "4096,9000,4096", "4096,100,100", "8192,9000,5000"})
  void asks_for_no_more_tokens_than_the_model_and_the_hold_allow(
      @Nullable Long model, long hold, long asked) {
    var body = new Body(BODY, 0, BODY.length);
    var facts = AtBedrock.facts(Endpoint.MESSAGES, BODY, model);
    var sent = Translation.prepare(facts, new Dialect(null, null), body).within(hold);
    assertThat(new String(sent.body(), StandardCharsets.UTF_8))
        .contains("\"max_tokens\":" + asked + ",");
  }
}
