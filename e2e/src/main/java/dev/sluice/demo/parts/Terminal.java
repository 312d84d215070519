package dev.sluice.demo.parts;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// What the person in front of a program reads: plain text, in colours on a terminal only.
public final class Terminal {

  /// How a line looks.
  public enum Style {
    PLAIN("0"),
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  private static final int COLUMNS = 100;

  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private final boolean colours = colours();
  private boolean muted;

  private static boolean colours() {
    Console console = System.console();
    var refused = System.getenv("NO_COLOR");
    return console != null && console.isTerminal() && (refused == null || refused.isEmpty());
  }

  public void line() {
    line("");
  }

  public void line(String text) {
    line(Style.PLAIN, text);
  }

  public synchronized void line(Style style, String text) {
    if (!muted) {
      boolean plain = style == Style.PLAIN || !colours;
      out.println(plain ? text : "\u001b[" + style.code + "m" + text + "\u001b[0m");
    }
  }

  /// A text of any length, in lines that fit, each begun with `indent`.
  public void wrapped(Style style, String indent, String text) {
    wrapped(style, indent, indent, text);
  }

  /// The same with a first line that begins otherwise.
  public void wrapped(Style style, String first, String indent, String text) {
    var line = new StringBuilder(first);
    for (var word : text.split("\\s+", -1)) {
      if (line.length() + word.length() > COLUMNS && line.length() > indent.length()) {
        line(style, line.toString().stripTrailing());
        line = new StringBuilder(indent);
      }
      line.append(word).append(' ');
    }
    line(style, line.toString().stripTrailing());
  }

  /// Nothing is said after this.
  public synchronized void mute() {
    muted = true;
  }
}
