package dev.sluice.testkit.answer;

import dev.sluice.testkit.script.SseFlavour;

/// One event of a stream, as its provider frames it.
public interface Event {

  /// @param flavour the way to write it, if its stream is one of server-sent events
  byte[] write(SseFlavour flavour);
}
