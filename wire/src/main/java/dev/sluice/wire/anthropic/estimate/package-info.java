/// What an answer cost whose usage never came.
@NullMarked
package dev.sluice.wire.anthropic.estimate;

import org.jspecify.annotations.NullMarked;
