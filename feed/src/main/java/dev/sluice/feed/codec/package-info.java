/// The snapshot as a message that other versions, and other programs, can read.
@NullMarked
package dev.sluice.feed.codec;

import org.jspecify.annotations.NullMarked;
