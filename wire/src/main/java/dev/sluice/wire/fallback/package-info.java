/// The models that a body wants tried where the asked one fails.
@NullMarked
package dev.sluice.wire.fallback;

import org.jspecify.annotations.NullMarked;
