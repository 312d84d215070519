/// The benchmark: Claude Code's recorded requests through Sluice, bare Envoy and directly, in one
/// run.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
