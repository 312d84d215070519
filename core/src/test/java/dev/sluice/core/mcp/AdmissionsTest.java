package dev.sluice.core.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AdmissionsTest {

  private final AtomicLong now = new AtomicLong();
  private final Admissions admissions = new Admissions(now::get);

  private static Admitted admitted(String request) {
    var key =
        new KeyPolicy(
            new ObjectName("default", "alice"),
            KeyDigest.of("alice"),
            "alice@example.com",
            new ObjectName("default", "payments"),
            false,
            null,
            List.of(),
            List.of(),
            Map.of(),
            1,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            LedgerAway.REFUSE,
            Routing.NONE,
            ToolAccess.NONE);
    return new Admitted(request, key, "policy-1");
  }

  @Test
  void a_ticket_is_good_once() {
    var ticket = admissions.admit(admitted("one"));
    assertThat(admissions.take(ticket)).contains(admitted("one"));
    assertThat(admissions.take(ticket)).isEmpty();
    assertThat(admissions.take("another")).isEmpty();
  }

  @Test
  void a_ticket_that_was_not_taken_in_time_is_forgotten() {
    var old = admissions.admit(admitted("old"));
    now.addAndGet(Admissions.GOOD_FOR.toNanos() - 1);
    var fresh = admissions.admit(admitted("fresh"));
    assertThat(admissions.size()).isEqualTo(2);
    now.addAndGet(1);
    assertThat(admissions.take(old)).isEmpty();
    assertThat(admissions.size()).isEqualTo(1);
    assertThat(admissions.take(fresh)).contains(admitted("fresh"));
  }

  @Test
  void the_oldest_makes_room_for_one_too_many() {
    var oldest = admissions.admit(admitted("oldest"));
    for (int i = 0; i < Admissions.MAX; i++) {
      var _ = admissions.admit(admitted("more"));
    }
    assertThat(admissions.size()).isEqualTo(Admissions.MAX);
    assertThat(admissions.take(oldest)).isEmpty();
  }
}
