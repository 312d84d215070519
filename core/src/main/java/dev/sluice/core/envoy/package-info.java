/// The names that the Envoy configuration and the Java service agree on.
@NullMarked
package dev.sluice.core.envoy;

import org.jspecify.annotations.NullMarked;
