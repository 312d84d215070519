/// Compiles manifests into the snapshot: pure, and the same for files and for a cluster.
@NullMarked
package dev.sluice.compiler;

import org.jspecify.annotations.NullMarked;
