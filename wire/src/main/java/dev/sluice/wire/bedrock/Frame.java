package dev.sluice.wire.bedrock;

/// A message of an AWS event stream.
public sealed interface Frame {

  /// @param type of the event, such as `chunk` or `contentBlockDelta`
  @SuppressWarnings("ArrayRecordComponent") // It is read once, and by one reader.
  record Event(String type, byte[] payload) implements Frame {}

  /// A failure that the service's model knows; nothing follows it.
  ///
  /// @param type of the exception, such as `throttlingException`
  @SuppressWarnings("ArrayRecordComponent") // It is read once, and by one reader.
  record Thrown(String type, byte[] payload) implements Frame {}

  /// A failure that the service's model does not know; nothing follows it.
  record Failure(String code, String message) implements Frame {}

  /// What came is no event stream, or was cut inside a frame; nothing follows it.
  ///
  /// @param problem what was found, and what was expected
  record Broken(String problem) implements Frame {}
}
