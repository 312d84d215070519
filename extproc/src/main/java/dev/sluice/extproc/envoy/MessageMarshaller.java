package dev.sluice.extproc.envoy;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Messages of Envoy as the bytes that they are: a body is copied once, off the wire, and not
/// again.
final class MessageMarshaller implements Marshaller<Message> {

  private final MessageArrays arrays;

  MessageMarshaller(MessageArrays arrays) {
    this.arrays = arrays;
  }

  @Override
  public InputStream stream(Message message) {
    throw new IllegalStateException("BUG: only Envoy sends these");
  }

  @Override
  public Message parse(InputStream stream) {
    try {
      if (!(stream instanceof KnownLength)) {
        var bytes = stream.readAllBytes();
        return new Message(bytes, bytes.length);
      }
      int length = stream.available();
      var message = new Message(arrays.take(length), length);
      if (stream.readNBytes(message.bytes(), 0, length) != length) {
        throw new IllegalStateException("BUG: a message is shorter than it says");
      }
      return message;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
