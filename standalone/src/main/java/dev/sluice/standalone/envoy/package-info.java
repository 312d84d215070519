/// The managed Envoy.
@NullMarked
package dev.sluice.standalone.envoy;

import org.jspecify.annotations.NullMarked;
