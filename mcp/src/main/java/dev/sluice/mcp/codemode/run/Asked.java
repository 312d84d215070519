package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.sandbox.ToolName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// A program that a client asks to run.
///
/// @param tools in the order in which the program sees them; of one server side by side
/// @param away servers that the program sees and cannot call, and why
/// @param wallMillisMax as long as it may take; never longer than the limit
public record Asked(
    String code,
    SequencedMap<ToolName, Visible> tools,
    SortedMap<String, String> away,
    long wallMillisMax,
    Media media) {
  public Asked {
    away = Collections.unmodifiableSortedMap(new TreeMap<>(away));
    tools = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tools));
  }
}
