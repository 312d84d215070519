package dev.sluice.extproc.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.price.Tokens;
import dev.sluice.extproc.meter.Ending.Failure;
import dev.sluice.extproc.meter.Ending.Readings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EndingTest {

  private static final String BROKE_OFF = "upstream_reset_after_response_started{reset}";

  /// @param status that the client got
  /// @param own what the meter read of an error's status; 0 where it read none
  private static Ending ending(int status, int own, String details) {
    var readings = new Readings(null, null, false, own, null, null, null, null);
    return new Ending(
        "r", "r", status, false, true, details, null, 40, 0, 0, readings, null, false);
  }

  @ParameterizedTest
  @CsvSource({
    "502, 401, ACCOUNT, true",
    "502, 402, ACCOUNT, true",
    "502, 403, ACCOUNT_OF_MODEL, true",
    "429, 429, ACCOUNT, false",
    "502, 307, PROVIDER, false",
    "502, 0, PROVIDER, false",
    "408, 408, PROVIDER, false",
    "529, 529, PROVIDER, false",
    "400, 400, NONE, false",
    "200, 0, NONE, false"
  })
  void what_the_provider_said_tells_what_failed(
      int status, int own, Failure failure, boolean refusesAccount) {
    var ending = ending(status, own, Ending.BY_PROVIDER);
    assertThat(ending.failure()).isEqualTo(failure);
    assertThat(ending.refusesAccount()).isEqualTo(refusesAccount);
  }

  @Test
  void a_connection_that_broke_before_an_answer_leaves_open_what_it_cost() {
    var broke = ending(503, 0, Ending.BROKE_BEFORE + "{remote_reset}");
    assertThat(broke.brokeBefore()).isTrue();
    assertThat(broke.failure()).isEqualTo(Failure.PROVIDER);
    assertThat(Meter.certain(broke)).isNull();
    var error = broke.withError(500);
    assertThat(error.brokeBefore()).isFalse();
    assertThat(Meter.certain(error)).isEqualTo(Tokens.NONE);
  }

  @Test
  void an_error_that_broke_off_is_none_that_is_paid_for() {
    var unseen = ending(503, 0, BROKE_OFF);
    assertThat(unseen.brokeOff()).isTrue();
    assertThat(Meter.certain(unseen)).isNull();
    var error = unseen.withError(401);
    assertThat(error.brokeOff()).isFalse();
    assertThat(error.failure()).isEqualTo(Failure.ACCOUNT);
    assertThat(Meter.certain(error)).isNotNull();
    assertThat(unseen.withError(0)).isEqualTo(unseen);
  }
}
