/// The language of `/responses`.
@NullMarked
package dev.sluice.wire.openai.responses;

import org.jspecify.annotations.NullMarked;
