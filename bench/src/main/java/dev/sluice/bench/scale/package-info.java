/// How long many resources take from `kubectl` to a gateway, and what that costs.
@NullMarked
package dev.sluice.bench.scale;

import org.jspecify.annotations.NullMarked;
