package dev.sluice.core.mcp;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A server of tools as its manifest declares it; without the value of any secret.
///
/// @param allowed the tools that are offered
/// @param denied tools that are not, whatever allows them
/// @param approvedDigests of definitions, `sha256:` and hexadecimal digits
/// @param codeMode whether its tools are offered to programs instead of one by one
/// @param callPrice what each call of a tool costs
/// @param resultBytesMax of one result; what is longer is cut, with a note
public record ToolServer(
    ObjectName name,
    Reach reach,
    Timeouts timeouts,
    Globs allowed,
    Globs denied,
    Pins pins,
    Set<String> approvedDigests,
    boolean codeMode,
    NanoUsd callPrice,
    Recording recording,
    long resultBytesMax) {

  public ToolServer {
    // In an order that is the same in every process: the snapshot's version is made of it.
    approvedDigests = Collections.unmodifiableSet(new TreeSet<>(approvedDigests));
  }

  /// The same that is trusted by these certificates; as it is where it is a program.
  public ToolServer trusting(String caPem) {
    return switch (reach) {
      case Reach.Http http ->
          new ToolServer(
              name,
              new Reach.Http(http.old(), http.url(), http.headers(), http.auth(), caPem),
              timeouts,
              allowed,
              denied,
              pins,
              approvedDigests,
              codeMode,
              callPrice,
              recording,
              resultBytesMax);
      case Reach.Stdio _ -> this;
    };
  }

  /// Which definitions are served.
  public enum Pins {
    /// Whatever the server says.
    NONE,
    /// What it said first, and what was approved since.
    FIRST_USE,
    /// What was approved.
    APPROVE
  }

  /// @param connect until a connection stands
  /// @param firstByte from the end of a request to the head of its answer
  /// @param idle between two bytes of an answer
  /// @param total of one call
  public record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {}

  /// What of a call's content its record keeps.
  ///
  /// @param redact regular expressions (RE2 syntax); what they match is replaced
  public record Recording(boolean inputs, boolean outputs, List<String> redact) {
    public static final Recording NONE = new Recording(false, false, List.of());

    public Recording {
      redact = List.copyOf(redact);
    }
  }
}
