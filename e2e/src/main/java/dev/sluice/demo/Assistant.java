package dev.sluice.demo;

/// Claude Code in print mode, in one developer's hands.
interface Assistant {

  /// Works on a prompt until the model is done, or until a request is refused.
  ///
  /// @return what the developer reads at the end
  String print(String prompt);
}
