package dev.sluice.standalone.tools;

import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.codemode.run.RunLimits;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Limits;
import dev.sluice.standalone.serve.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Limits of Code Mode as a command line says them: `LIMIT=NUMBER`, several with commas, in the
/// units of their names.
final class CodeModeOption {

  /// Of all runs together, beside that of one.
  private static final String SHARED_MEMORY = "sharedMemoryBytesMax";

  private CodeModeOption() {}

  /// These, and what the text says.
  static CodeModeLimits with(CodeModeLimits limits, String option, String text)
      throws UsageException {
    var values = values(limits);
    for (var part : text.split(",")) {
      var pair = part.strip().split("=", 2);
      if (pair.length < 2 || !values.containsKey(pair[0]) || !pair[1].matches("\\d{1,15}")) {
        throw new UsageException(
            "%s %s (expected: LIMIT=NUMBER, with one of %s)"
                .formatted(option, part, String.join(", ", values.keySet())));
      }
      values.put(pair[0], Long.parseLong(pair[1]));
    }
    try {
      return of(values, limits);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + " " + e.getMessage());
    }
  }

  private static Map<String, Long> values(CodeModeLimits limits) {
    var program = limits.runs().program();
    var values = new LinkedHashMap<String, Long>();
    values.put("wallMillisMax", program.wallMillisMax());
    values.put("cpuMillisMax", program.cpuMillisMax());
    values.put("memoryBytesMax", program.memoryBytesMax());
    values.put("callsMax", program.callsMax());
    values.put("parallelCallsMax", program.parallelCallsMax());
    values.put("outputBytesMax", program.outputBytesMax());
    values.put("codeBytesMax", program.codeBytesMax());
    values.put("inputBytesMax", program.inputBytesMax());
    values.put("resultBytesMax", program.resultBytesMax());
    values.put("keyRunsMax", (long) limits.runs().keyRunsMax());
    values.put("runsMax", (long) limits.capacity().runsMax());
    values.put("enginesWarm", (long) limits.capacity().enginesWarm());
    values.put(SHARED_MEMORY, limits.capacity().memoryBytesMax());
    return values;
  }

  private static CodeModeLimits of(Map<String, Long> values, CodeModeLimits limits) {
    var program =
        new Limits(
            value(values, "wallMillisMax"),
            value(values, "cpuMillisMax"),
            value(values, "memoryBytesMax"),
            value(values, "callsMax"),
            value(values, "parallelCallsMax"),
            value(values, "outputBytesMax"),
            value(values, "codeBytesMax"),
            value(values, "inputBytesMax"),
            value(values, "resultBytesMax"));
    var runs =
        new RunLimits(
            program,
            small(value(values, "keyRunsMax")),
            limits.runs().prettyBytesMax(),
            limits.runs().progressMillisMin());
    var capacity =
        new Capacity(
            small(value(values, "enginesWarm")),
            small(value(values, "runsMax")),
            value(values, SHARED_MEMORY));
    return new CodeModeLimits(runs, capacity, limits.answers());
  }

  private static long value(Map<String, Long> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /// What is too large for a count is too large for its bound.
  private static int small(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }
}
