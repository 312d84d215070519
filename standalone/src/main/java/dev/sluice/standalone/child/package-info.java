/// Programs that we start, and that never outlive us.
@NullMarked
package dev.sluice.standalone.child;

import org.jspecify.annotations.NullMarked;
