/// Counts of input tokens, asked for over HTTP.
@NullMarked
package dev.sluice.standalone.count;

import org.jspecify.annotations.NullMarked;
