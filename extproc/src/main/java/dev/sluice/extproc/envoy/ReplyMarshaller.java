package dev.sluice.extproc.envoy;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// Replies to Envoy, already written.
final class ReplyMarshaller implements Marshaller<byte[]> {

  @Override
  public InputStream stream(byte[] reply) {
    return new Known(reply);
  }

  @Override
  public byte[] parse(InputStream stream) {
    throw new IllegalStateException("BUG: only Envoy reads these");
  }

  private static final class Known extends ByteArrayInputStream implements KnownLength {
    Known(byte[] bytes) {
      super(bytes);
    }
  }
}
