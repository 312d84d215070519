/// The command up: everything in one process, from manifests to the ready line.
@NullMarked
package dev.sluice.standalone.up;

import org.jspecify.annotations.NullMarked;
