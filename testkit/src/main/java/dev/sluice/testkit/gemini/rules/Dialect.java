package dev.sluice.testkit.gemini.rules;

/// Whose Gemini it is: two services with one body, and a few words of their own.
public enum Dialect {
  /// The Gemini API, at generativelanguage.googleapis.com.
  GEMINI_API,
  /// Gemini in a cloud project, at aiplatform.googleapis.com.
  VERTEX
}
