package dev.sluice.extproc.envoy;

/// What Envoy says about a request.
sealed interface Incoming {

  record Head(dev.sluice.extproc.decode.Head head) implements Incoming {}

  record Body(dev.sluice.extproc.decode.Body body) implements Incoming {}

  /// What the configuration does not ask for, such as trailers.
  record Other() implements Incoming {}
}
