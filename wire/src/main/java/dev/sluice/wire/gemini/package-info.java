/// The language of Google's Gemini, at both of its doors.
@NullMarked
package dev.sluice.wire.gemini;

import org.jspecify.annotations.NullMarked;
