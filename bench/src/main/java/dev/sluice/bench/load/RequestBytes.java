package dev.sluice.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A recorded request as the bytes that go over the wire in one write.
public record RequestBytes(ByteBuffer bytes) {
  /// Builds the request with the recorded headers and the given key.
  public static RequestBytes of(String headers, String key, byte[] body) {
    String head =
        "POST /v1/messages?beta=true HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n"
            + headers.strip().replace("\n", "\r\n")
            + "\r\nAuthorization: Bearer "
            + key
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    var bytes = ByteBuffer.allocateDirect(headBytes.length + body.length);
    return new RequestBytes(bytes.put(headBytes).put(body).flip().asReadOnlyBuffer());
  }
}
