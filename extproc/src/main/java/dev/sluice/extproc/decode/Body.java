package dev.sluice.extproc.decode;

import java.util.Arrays;

/// A request's body: a part of an array that nobody changes.
@SuppressWarnings("ArrayRecordComponent") // A copy would cost more than the rest of the flow.
public record Body(byte[] bytes, int offset, int length) {

  /// All of an array.
  public static Body of(byte[] bytes) {
    return new Body(bytes, 0, bytes.length);
  }

  /// The same in an array of its own.
  public Body copy() {
    return new Body(Arrays.copyOfRange(bytes, offset, offset + length), 0, length);
  }

  @Override
  public String toString() {
    return "Body[" + length + "]";
  }
}
