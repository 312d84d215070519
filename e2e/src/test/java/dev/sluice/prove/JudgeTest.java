package dev.sluice.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.prove.Books.Side;
import dev.sluice.prove.Findings.Killed;
import dev.sluice.prove.Verdict.Promise;
import dev.sluice.prove.Watch.Seen;
import dev.sluice.prove.crowd.Ask;
import dev.sluice.prove.crowd.End;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is wrong is said to be wrong.
final class JudgeTest {

  private static final List<Ask> ASKS = Ask.crowd(2, ProofWorld.PRICES);
  private static final Side WHOLE = new Side(3, usd("0.8"), usd("0.8"));
  private static final Side NONE = new Side(0, usd("0"), usd("0"));
  private static final Seen SEEN = new Seen(9, usd("1"), usd("0"));

  @Test
  void all_holds() {
    var findings = findings(SEEN, books(WHOLE, NONE), budget("0.93", "0"), refusedAt("0.93"));
    assertThat(Judge.judge(findings)).allMatch(Verdict::holds);
  }

  @Test
  void a_look_over_the_limit() {
    var seen = new Seen(9, usd("1.000000001"), usd("0"));
    var findings = findings(seen, books(WHOLE, NONE), budget("0.93", "0"), refusedAt("0.93"));
    assertThat(broken(findings)).containsExactly(Promise.NEVER_OVER);
  }

  @Test
  void a_bill_over_the_limit() {
    var books = books(new Side(3, usd("1.1"), usd("1.1")), NONE);
    var findings = findings(SEEN, books, budget("0.93", "0"), refusedAt("0.93"));
    assertThat(broken(findings)).containsExactly(Promise.NEVER_OVER);
  }

  @Test
  void a_look_below_the_bill() {
    var seen = new Seen(9, usd("1"), usd("-0.000000001"));
    var findings = findings(seen, books(WHOLE, NONE), budget("0.93", "0"), refusedAt("0.93"));
    assertThat(broken(findings)).containsExactly(Promise.NEVER_BELOW_THE_BILL);
  }

  @Test
  void a_fault_in_the_books() {
    var books = new Books(WHOLE, NONE, NONE, List.of("exchange 7 differs"));
    var findings = findings(SEEN, books, budget("0.93", "0"), refusedAt("0.93"));
    assertThat(broken(findings)).containsExactly(Promise.EXACT);
  }

  @Test
  void a_dead_gateway_that_held_too_little() {
    var books = books(WHOLE, new Side(2, usd("0.05"), usd("0.06")));
    var findings = findings(SEEN, books, budget("0.93", "0.05"), refusedAt("0.93"));
    assertThat(broken(findings)).containsExactly(Promise.DEAD_GATEWAY_COVERED);
  }

  @Test
  void a_refusal_while_there_is_money() {
    var findings = findings(SEEN, books(WHOLE, NONE), budget("0.93", "0"), refusedAt("0.80"));
    assertThat(broken(findings)).containsExactly(Promise.USABLE);
  }

  /// 0.86 was told for anything below 0.87, and the exact bound is above 0.14.
  @Test
  void a_refusal_within_one_exact_bound() {
    var findings = findings(SEEN, books(WHOLE, NONE), budget("0.93", "0"), refusedAt("0.86"));
    assertThat(ASKS.getFirst().exactBound()).isBetween(usd("0.13"), usd("0.16"));
    assertThat(broken(findings)).isEmpty();
  }

  @Test
  void nobody_refused_and_much_left() {
    var findings = findings(SEEN, books(WHOLE, NONE), budget("0.5", "0"), gaveUp());
    assertThat(broken(findings)).containsExactly(Promise.USABLE);
  }

  /// What was held for no request that was cut is no use of the money.
  @Test
  void nobody_refused_and_all_held_by_the_dead() {
    var findings = findings(SEEN, books(WHOLE, NONE), budget("0.5", "0.5"), gaveUp());
    assertThat(broken(findings)).containsExactly(Promise.USABLE);
  }

  @Test
  void nobody_refused_and_nobody_left() {
    var ends = new End[] {new End.Answered(ASKS.getFirst())};
    var findings = findings(SEEN, books(WHOLE, NONE), budget("0.95", "0"), ends);
    assertThat(broken(findings)).containsExactly(Promise.USABLE);
  }

  private static List<Promise> broken(Findings findings) {
    return Judge.judge(findings).stream()
        .filter(verdict -> !verdict.holds())
        .map(Verdict::promise)
        .toList();
  }

  private static Findings findings(Seen seen, Books books, BudgetLine budget, End... ends) {
    var killed = new Killed(Duration.ofSeconds(1), Duration.ZERO, 3, 1, List.of());
    return new Findings(usd("1"), killed, Arrays.asList(ends), seen, books, budget);
  }

  private static Books books(Side whole, Side untold) {
    return new Books(whole, NONE, untold, List.of());
  }

  private static BudgetLine budget(String posted, String held) {
    return new BudgetLine(
        "key", "proof", "Day", usd("1"), usd(posted), usd(held), usd("0"), "2026-11-22T00:00:00Z");
  }

  private static End[] gaveUp() {
    return new End[] {new End.GaveUp(ASKS.getFirst())};
  }

  /// The first of two counts.
  private static End[] refusedAt(String posted) {
    return new End[] {refused(2, "0.99"), refused(1, posted)};
  }

  private static End refused(long atNanos, String posted) {
    var message = "Budget of key proof has too little left for this request: $%s of $1 a day used";
    var body = "{\"type\":\"error\",\"error\":{\"message\":\"" + message.formatted(posted) + "\"}}";
    return new End.Refused(ASKS.getFirst(), atNanos, body);
  }

  private static BigDecimal usd(String amount) {
    return new BigDecimal(amount);
  }
}
