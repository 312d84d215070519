/// What was used, and what it cost.
@NullMarked
package dev.sluice.core.usage;

import org.jspecify.annotations.NullMarked;
