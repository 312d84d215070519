package dev.sluice.extproc.decode;

/// A request's body: a part of an array that nobody changes.
public record Body(byte[] bytes, int offset, int length) {

  @Override
  public String toString() {
    return "Body[" + length + "]";
  }
}
