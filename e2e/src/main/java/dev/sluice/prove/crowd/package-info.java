/// The developers, and the ways to the gateways.
@NullMarked
package dev.sluice.prove.crowd;

import org.jspecify.annotations.NullMarked;
