/// What readers of foreign bytes are held to.
@NullMarked
package dev.sluice.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
