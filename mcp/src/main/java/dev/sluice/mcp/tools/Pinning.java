package dev.sluice.mcp.tools;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which definitions of a server are served: those that somebody has seen before.
public sealed interface Pinning {

  /// Whatever the server says.
  record None() implements Pinning {}

  /// What the server said first, and what was approved since.
  ///
  /// @param recorded the digest of each tool that the server's first list had
  record FirstUse(Map<String, String> recorded, Set<String> approved) implements Pinning {
    public FirstUse {
      recorded = Map.copyOf(recorded);
      approved = Set.copyOf(approved);
    }
  }

  /// What was approved.
  record Approve(Set<String> approved) implements Pinning {
    public Approve {
      approved = Set.copyOf(approved);
    }
  }

  /// A definition and what became of it.
  ///
  /// @param digest empty where the definition has none
  record Judged(ToolDefinition tool, String digest, Verdict verdict) {}

  /// What becomes of a definition.
  sealed interface Verdict {

    record Served() implements Verdict {}

    /// @param recorded the digest that the tool had
    record Changed(String recorded) implements Verdict {}

    /// The tool was not in the server's first list.
    record New() implements Verdict {}

    record NotApproved() implements Verdict {}

    /// The server's list has an earlier tool of this name.
    record Duplicate() implements Verdict {}

    /// The definition cannot be pinned.
    ///
    /// @param reason for people
    record NoDigest(String reason) implements Verdict {}
  }

  /// Judges a server's list, in its order.
  default List<Judged> judge(List<ToolDefinition> tools) {
    var judged = new ArrayList<Judged>();
    var names = new HashSet<String>();
    for (var tool : tools) {
      judged.add(
          names.add(tool.name()) ? judge(tool) : new Judged(tool, "", new Verdict.Duplicate()));
    }
    return judged;
  }

  private Judged judge(ToolDefinition tool) {
    String digest;
    try {
      digest = tool.digest();
    } catch (IllegalArgumentException e) {
      return new Judged(tool, "", new Verdict.NoDigest(String.valueOf(e.getMessage())));
    }
    return new Judged(tool, digest, verdict(tool.name(), digest));
  }

  private Verdict verdict(String name, String digest) {
    return switch (this) {
      case None() -> new Verdict.Served();
      case FirstUse(var recorded, var approved) -> {
        var first = recorded.get(name);
        if (approved.contains(digest) || digest.equals(first)) {
          yield new Verdict.Served();
        }
        yield first == null ? new Verdict.New() : new Verdict.Changed(first);
      }
      case Approve(var approved) ->
          approved.contains(digest) ? new Verdict.Served() : new Verdict.NotApproved();
    };
  }

  /// What is recorded of a server's first list: the digest of each tool that has one.
  static Map<String, String> firstUse(List<ToolDefinition> tools) {
    var recorded = new HashMap<String, String>();
    for (var judged : new None().judge(tools)) {
      if (judged.verdict() instanceof Verdict.Served) {
        recorded.put(judged.tool().name(), judged.digest());
      }
    }
    return Map.copyOf(recorded);
  }
}
