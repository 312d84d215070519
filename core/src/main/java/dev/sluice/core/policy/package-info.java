/// The compiled snapshot: what every key may do.
@NullMarked
package dev.sluice.core.policy;

import org.jspecify.annotations.NullMarked;
