/// Known services, as data: where they are, and what they take.
@NullMarked
package dev.sluice.core.preset;

import org.jspecify.annotations.NullMarked;
