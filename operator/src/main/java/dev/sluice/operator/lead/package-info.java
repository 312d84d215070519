/// Which of several operators writes.
@NullMarked
package dev.sluice.operator.lead;

import org.jspecify.annotations.NullMarked;
