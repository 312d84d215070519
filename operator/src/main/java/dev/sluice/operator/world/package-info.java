/// Reads the objects of the cluster.
@NullMarked
package dev.sluice.operator.world;

import org.jspecify.annotations.NullMarked;
