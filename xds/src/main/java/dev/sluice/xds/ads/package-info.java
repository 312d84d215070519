/// Envoys are told what is in force, in an order that drops no stream.
@NullMarked
package dev.sluice.xds.ads;

import org.jspecify.annotations.NullMarked;
