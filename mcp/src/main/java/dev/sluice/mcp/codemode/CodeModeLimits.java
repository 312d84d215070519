package dev.sluice.mcp.codemode;

import dev.sluice.mcp.codemode.run.RunLimits;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Limits;

/// All limits of Code Mode.
///
/// @param runs of a caller
/// @param capacity of all runs of the process
/// @param answers of the meta-tools that tell of tools
public record CodeModeLimits(RunLimits runs, Capacity capacity, Answers answers) {

  public static final CodeModeLimits STANDARD =
      new CodeModeLimits(RunLimits.STANDARD, Capacity.STANDARD, Answers.STANDARD);

  /// What one answer may have; what is left out is told, and how to get it.
  ///
  /// @param answerBytesMax of the text of one answer
  /// @param readLinesMax of a file, in one `read_tools`
  /// @param docsToolsMax in one `get_tool_docs`
  /// @param foundToolsMax in one `search_tools`
  /// @param queryCharsMax of what is searched for
  public record Answers(
      int answerBytesMax,
      int readLinesMax,
      int docsToolsMax,
      int foundToolsMax,
      int queryCharsMax) {

    public static final Answers STANDARD = new Answers(48 << 10, 400, 20, 20, 200);

    public Answers {
      Limits.within("answerBytesMax", answerBytesMax, 1024, 16 << 20);
      Limits.within("readLinesMax", readLinesMax, 10, 100_000);
      Limits.within("docsToolsMax", docsToolsMax, 1, 1000);
      Limits.within("foundToolsMax", foundToolsMax, 1, 1000);
      Limits.within("queryCharsMax", queryCharsMax, 10, 10_000);
    }

    /// How many a search finds that asks for no number.
    int foundTools() {
      return Math.min(5, foundToolsMax);
    }
  }

  public CodeModeLimits with(RunLimits value) {
    return new CodeModeLimits(value, capacity, answers);
  }

  public CodeModeLimits with(Answers value) {
    return new CodeModeLimits(runs, capacity, value);
  }
}
