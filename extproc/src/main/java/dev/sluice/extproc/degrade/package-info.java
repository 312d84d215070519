/// Cheaper models in place of the asked one, as budgets fill.
@NullMarked
package dev.sluice.extproc.degrade;

import org.jspecify.annotations.NullMarked;
