/// The JSON of a request's body, and what is said where it is not as expected.
@NullMarked
package dev.sluice.wire.json;

import org.jspecify.annotations.NullMarked;
