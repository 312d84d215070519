/// The resource flow in a cluster.
@NullMarked
package dev.sluice.operator;

import org.jspecify.annotations.NullMarked;
