package dev.sluice.wire.gemini;

/// How schemas are told.
public enum SchemaForm {
  /// As JSON schemas, unchanged.
  JSON,
  /// In the part of OpenAPI's schemas that older models know ([CleanSchema]).
  CLEANED
}
