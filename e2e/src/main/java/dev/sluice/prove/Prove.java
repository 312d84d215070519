package dev.sluice.prove;

import dev.sluice.demo.parts.Ending;
import dev.sluice.demo.parts.Money;
import dev.sluice.demo.parts.Terminal;
import dev.sluice.demo.parts.Terminal.Style;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;

/// `sluice prove`: whether the budget holds, shown with figures. The exit code is 0 only where
/// every verdict holds.
public final class Prove {

  private final Terminal terminal;

  private Prove(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] arguments) {
    if (arguments.length > 0) {
      System.err.println("sluice prove: " + arguments[0] + " (expected: nothing more)");
      System.exit(2);
    }
    var terminal = new Terminal();
    System.exit(new Prove(terminal).run(Ending.folder("prove", terminal)));
  }

  private int run(Path folder) {
    try {
      return prove(folder, Plan.WHOLE);
    } catch (IllegalStateException | UncheckedIOException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    }
  }

  private int prove(Path folder, Plan plan) throws InterruptedException {
    var begun = System.nanoTime();
    terminal.line(
        Style.BOLD,
        "Sluice proof: %d requests at once, one key of %s, two gateways on one Redis, one killed"
            .formatted(plan.requests(), Money.brief(plan.limit())));
    terminal.line(
        "  Claude Code's recorded requests; every third is cancelled in mid-stream. Who is");
    terminal.line(
        "  told to try again does, for up to %d s.".formatted(plan.patience().toSeconds()));
    var verdicts = new ArrayList<Verdict>();
    for (var kill : Kill.values()) {
      terminal.line();
      terminal.line(Style.BOLD, kill.title());
      var own = folder.resolve(kill.name().toLowerCase(Locale.ROOT));
      var findings = Proof.run(own, kill, plan);
      var judged = Judge.judge(findings);
      new Report(terminal).print(findings, judged);
      verdicts.addAll(judged);
    }
    terminal.line();
    terminal.line("%d s".formatted(Duration.ofNanos(System.nanoTime() - begun).toSeconds()));
    var broken = verdicts.stream().filter(verdict -> !verdict.holds()).count();
    if (broken > 0) {
      return failed("%d of %d verdicts do not hold".formatted(broken, verdicts.size()));
    }
    terminal.line(Style.GREEN, "Every verdict holds.");
    return 0;
  }

  private int failed(String sentence) {
    terminal.wrapped(Style.RED, "", "sluice prove: " + sentence);
    return 1;
  }
}
