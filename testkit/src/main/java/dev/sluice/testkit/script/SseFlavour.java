package dev.sluice.testkit.script;

/// Ways to write the same event stream.
public enum SseFlavour {
  /// As Anthropic writes it.
  PLAIN,
  /// Lines end with CR LF.
  CRLF,
  /// No space after the colon of a field.
  NO_SPACE,
  /// A comment line before every event.
  COMMENTS
}
