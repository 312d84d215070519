/// What the languages have in common: an answer in no provider's words, and the way there.
@NullMarked
package dev.sluice.wire.translate;

import org.jspecify.annotations.NullMarked;
