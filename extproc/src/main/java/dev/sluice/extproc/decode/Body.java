package dev.sluice.extproc.decode;

/// A request's body: a part of an array that nobody changes.
@SuppressWarnings("ArrayRecordComponent") // A copy would cost more than the rest of the flow.
public record Body(byte[] bytes, int offset, int length) {

  @Override
  public String toString() {
    return "Body[" + length + "]";
  }
}
