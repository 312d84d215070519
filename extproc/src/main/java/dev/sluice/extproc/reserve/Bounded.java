package dev.sluice.extproc.reserve;

import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.LooseBound;
import org.jspecify.annotations.Nullable;

/// The most that a request can cost, and what it rests on.
///
/// @param outline of its body; null where only its size was looked at
public record Bounded(LooseBound bound, @Nullable BodyOutline outline) {}
