package dev.sluice.core.mcp;

import java.util.Map;

/// Values of secrets that servers of tools are to have: apart from the snapshot, so that it holds
/// no secret.
///
/// @param values by name, `NAMESPACE/SERVER/FIELD`
public record ToolSecrets(Map<String, String> values) {

  public static final ToolSecrets NONE = new ToolSecrets(Map.of());

  public ToolSecrets {
    values = Map.copyOf(values);
  }

  /// Names only.
  @Override
  public String toString() {
    return "ToolSecrets" + values.keySet();
  }
}
