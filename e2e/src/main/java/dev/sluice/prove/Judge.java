package dev.sluice.prove;

import dev.sluice.demo.parts.Money;
import dev.sluice.prove.Verdict.Promise;
import dev.sluice.prove.crowd.End;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// Says what holds.
final class Judge {

  private static final BigDecimal USED_LEAST = new BigDecimal("0.9");

  /// What the refusal itself says of the budget, rounded down.
  private static final Pattern POSTED = Pattern.compile("\\$([0-9.]+) of \\$");

  private Judge() {}

  static List<Verdict> judge(Findings findings) {
    return List.of(
        neverOver(findings),
        neverBelowTheBill(findings),
        exact(findings),
        deadGatewayCovered(findings),
        findings
            .firstRefusal()
            .map(refusal -> usable(refusal, findings))
            .orElseGet(() -> usableWithoutRefusal(findings)));
  }

  private static Verdict neverOver(Findings findings) {
    var most = findings.seen().most();
    var bill = findings.books().all().bill();
    boolean holds = most.compareTo(findings.limit()) <= 0 && bill.compareTo(findings.limit()) <= 0;
    return new Verdict(
        Promise.NEVER_OVER,
        holds,
        ("%s over the limit of %s: posted and held were at most %s together in %,d looks,"
                + " the bill is %s")
            .formatted(
                holds ? "never" : "it was",
                Money.brief(findings.limit()),
                Money.exact(most),
                findings.seen().looks(),
                Money.exact(bill)));
  }

  private static Verdict neverBelowTheBill(Findings findings) {
    var cover = findings.seen().leastCover();
    boolean holds = cover.signum() >= 0;
    return new Verdict(
        Promise.NEVER_BELOW_THE_BILL,
        holds,
        holds
            ? "posted and held together were never below the bill"
            : "posted and held together were once %s below the bill"
                .formatted(Money.exact(cover.negate())));
  }

  private static Verdict exact(Findings findings) {
    var books = findings.books();
    var faults = books.faults();
    return new Verdict(
        Promise.EXACT,
        faults.isEmpty(),
        faults.isEmpty()
            ? ("the books agree: %d exchanges equal to the nano-dollar,"
                    + " %d cut ones not below the bill")
                .formatted(books.whole().exchanges(), books.cut().exchanges())
            : "%d faults in the books, such as: %s".formatted(faults.size(), faults.getFirst()));
  }

  private static Verdict deadGatewayCovered(Findings findings) {
    var untold = findings.books().untold();
    if (findings.killed().streams() == 0) {
      return new Verdict(
          Promise.DEAD_GATEWAY_COVERED,
          false,
          "nothing is shown of a killed gateway: no answer came through it when it was killed");
    }
    boolean holds = untold.ledger().compareTo(untold.bill()) >= 0;
    return new Verdict(
        Promise.DEAD_GATEWAY_COVERED,
        holds,
        "%s held for requests of the killed gateway %s what they are billed: %s for %d exchanges"
            .formatted(
                Money.exact(untold.ledger()),
                holds ? "cover" : "do not cover",
                Money.exact(untold.bill()),
                untold.exchanges()));
  }

  /// Refused for good: by what was posted then, as the refusal itself tells it.
  private static Verdict usable(End.Refused refusal, Findings findings) {
    var posted = posted(refusal);
    // It was told rounded down.
    var leftLeast = findings.limit().subtract(posted).subtract(posted.ulp());
    var bound = refusal.ask().exactBound();
    boolean holds = enough(posted, findings) || leftLeast.compareTo(bound) < 0;
    return new Verdict(
        Promise.USABLE,
        holds,
        ("the first final refusal came at %s of %s posted (%s): %s left, and the exact bound of"
                + " that request is %s")
            .formatted(
                Money.brief(posted),
                Money.brief(findings.limit()),
                percent(posted, findings),
                Money.brief(findings.limit().subtract(posted)),
                Money.exact(bound)));
  }

  private static BigDecimal posted(End.Refused refusal) {
    var sentence =
        JsonMapper.shared().readTree(refusal.body()).path("error").path("message").asString("");
    var matcher = POSTED.matcher(sentence);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "a final refusal that is not for want of money: " + refusal.body());
    }
    return new BigDecimal(matcher.group(1));
  }

  /// Nobody was refused for good. What the killed gateway held counts as used, since it is booked
  /// in full where nobody tells the cost, but for no more than those requests could cost.
  private static Verdict usableWithoutRefusal(Findings findings) {
    var held = findings.budget().held().min(findings.exactBoundsOfTheCut());
    var used = findings.budget().posted().add(held);
    var bound = findings.leastBoundOfThoseWhoGaveUp();
    var left = findings.limit().subtract(used);
    boolean holds =
        bound.isPresent() && (enough(used, findings) || left.compareTo(bound.get()) < 0);
    return new Verdict(
        Promise.USABLE,
        holds,
        bound.isEmpty()
            ? "nothing is shown of the use: no request was left without an answer"
            : ("nobody was refused for good: at the end %s are posted, and %s that the killed"
                    + " gateway held count (%s in all); %s left, and the least exact bound of those"
                    + " who gave up is %s")
                .formatted(
                    Money.exact(findings.budget().posted()),
                    Money.exact(held),
                    percent(used, findings),
                    Money.exact(left),
                    Money.exact(bound.get())));
  }

  private static boolean enough(BigDecimal used, Findings findings) {
    return used.compareTo(findings.limit().multiply(USED_LEAST)) >= 0;
  }

  private static String percent(BigDecimal used, Findings findings) {
    return used.movePointRight(2)
            .divide(findings.limit(), MathContext.DECIMAL64)
            .setScale(0, RoundingMode.DOWN)
        + " %";
  }
}
