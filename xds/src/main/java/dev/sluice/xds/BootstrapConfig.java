package dev.sluice.xds;

import java.nio.file.Path;

/// What differs between two Envoys that serve the same gateway.
///
/// @param adminSocket the Unix socket of Envoy's own admin interface
/// @param grpcSocket the Unix socket on which ext_proc and the access log are served
/// @param toolsSocket the Unix socket on which tools are served
/// @param bodyBytesMax a request with a larger body is answered 413
public record BootstrapConfig(
    String nodeId,
    String listenHost,
    int listenPort,
    Path adminSocket,
    Path grpcSocket,
    Path toolsSocket,
    AdsSource ads,
    long bodyBytesMax) {

  public BootstrapConfig {
    if (bodyBytesMax < 1 || bodyBytesMax > Routes.BODY_BUFFER_BYTES_MAX) {
      throw new IllegalArgumentException(
          "bodyBytesMax: %d (expected: 1..%d)"
              .formatted(bodyBytesMax, Routes.BODY_BUFFER_BYTES_MAX));
    }
  }
}
