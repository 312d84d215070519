package dev.sluice.demo;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.Ending;
import dev.sluice.demo.parts.Terminal;
import dev.sluice.demo.parts.Terminal.Style;
import dev.sluice.demo.parts.UsageLine;
import dev.sluice.demo.tools.ToolScenes;
import dev.sluice.standalone.fetch.FetchException;
import dev.sluice.standalone.fetch.Parts;
import dev.sluice.testkit.RealParts;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// `sluice demo`: the product in a minute, with every part real but the provider and the servers of
/// tools.
public final class Demo {

  private final Terminal terminal;

  private Demo(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] arguments) {
    if (List.of("--help", "-h").containsAll(List.of(arguments)) && arguments.length > 0) {
      System.out.println("sluice demo: a short session against simulated providers; no options");
      System.exit(0);
    }
    if (arguments.length > 0) {
      System.err.println("sluice demo: " + arguments[0] + " (expected: nothing more)");
      System.exit(2);
    }
    var terminal = new Terminal();
    var demo = new Demo(terminal);
    System.exit(demo.run(Ending.folder("demo", terminal)));
  }

  private int run(Path folder) {
    try {
      return play(folder);
    } catch (FetchException e) {
      return failed(e.sentence());
    } catch (IllegalStateException | UncheckedIOException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private int play(Path folder) throws FetchException {
    greet();
    fetch();
    var world = bringUp(folder);
    var scenes = new Scenes(world, Ticker.start(world.gateway(), terminal), terminal);
    scenes.work();
    scenes.cancel();
    scenes.drain();
    var usage = scenes.settled();
    new ToolScenes(world.gateway(), world.servers(), world::codeMode, terminal).play();
    var tools = world.gateway().settledToolUsage().stream().map(UsageLine::of).toList();
    var budgets = world.budgets();
    var audit = Audit.of(world.provider().bill(), usage, tools, budgets);
    print(budgets);
    print(audit);
    return verdict(audit);
  }

  private void greet() {
    terminal.line(
        Style.BOLD, "Sluice demo: all on this machine, nothing to configure, nothing kept");
  }

  /// Here rather than in the gateway, so that the first run shows what it waits for.
  private static void fetch() throws FetchException {
    var parts = new Parts(System.getenv());
    parts.envoy(null);
    parts.redis();
  }

  private DemoWorld bringUp(Path folder) {
    terminal.line(
        "  bringing up Envoy, Redis, the gateway, a simulated provider and two servers"
            + " of tools ...");
    var begun = System.nanoTime();
    var world = DemoWorld.start(folder);
    var took = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3;
    terminal.line("  ready at %s after %.1f s".formatted(world.gateway().address(), took));
    terminal.line(
        RealParts.claudeIfInstalled().isPresent()
            ? "  Claude Code: the real one, in a home of its own, without your credentials"
            : "  Claude Code: not on the PATH, so what it once sent is sent again");
    return world;
  }

  private void print(List<BudgetLine> budgets) {
    terminal.line();
    terminal.line(Style.BOLD, "The ledger");
    terminal.line(Style.DIM, Tables.ledgerHeadings());
    Tables.ledger(budgets).forEach(terminal::line);
  }

  private void print(Audit audit) {
    terminal.line();
    terminal.line(Style.BOLD, "The provider's own bill");
    terminal.line(Style.DIM, Tables.billHeadings());
    Tables.bill(audit).forEach(terminal::line);
  }

  private int verdict(Audit audit) {
    terminal.line();
    if (!audit.faults().isEmpty()) {
      audit.faults().forEach(fault -> terminal.wrapped(Style.RED, "  ", fault));
      return failed("the ledger and the bill do not agree");
    }
    terminal.line(
        Style.GREEN, "Ledger and bill agree, no hold is left, and no budget was crossed.");
    terminal.line();
    terminal.line("Next: put your API key into samples/quickstart/quickstart.yaml, and");
    terminal.line(Style.BOLD, "  ./sluice up -f samples/quickstart");
    return 0;
  }

  private int failed(String sentence) {
    terminal.wrapped(Style.RED, "", "sluice demo: " + sentence);
    return 1;
  }
}
