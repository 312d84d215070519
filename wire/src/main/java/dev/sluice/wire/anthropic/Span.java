package dev.sluice.wire.anthropic;

/// A run of bytes of a body, counted from the body's first byte.
public record Span(int start, int length) {

  public int end() {
    return start + length;
  }
}
