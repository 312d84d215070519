/// The snapshot as Envoy resources, and the server that hands them to Envoy.
@NullMarked
package dev.sluice.xds;

import org.jspecify.annotations.NullMarked;
