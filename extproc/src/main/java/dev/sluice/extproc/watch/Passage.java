package dev.sluice.extproc.watch;

/// Where the parts of a watched answer go on to the client.
public interface Passage {

  /// @param last nothing follows; if the provider is still writing, Envoy leaves it
  void pass(byte[] bytes, boolean last);

  /// Cuts the answer off: something went wrong here.
  void fail();
}
