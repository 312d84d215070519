package dev.sluice.extproc.exchange;

import dev.sluice.wire.anthropic.Visible;

/// What was seen here of an answer that was put into other words. It can be more than has passed:
/// what Envoy had not written yet when a provider broke off is thrown away.
///
/// @param visible in what was told
/// @param bytes that were read
/// @param heldBytes of them that were not told, but an event too large to be told yet
/// @param endless how much is still missing of what is held can be any number
/// @param hides what is written can be out of sight: a call comes as one event
/// @param silentMs for how long nothing had been told
public record Seen(
    Visible visible, long bytes, long heldBytes, boolean endless, boolean hides, long silentMs) {

  public static final Seen NOTHING = new Seen(Visible.NONE, 0, 0, false, false, 0);
}
