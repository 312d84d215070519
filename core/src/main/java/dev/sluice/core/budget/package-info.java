/// Budgets, their windows, and what is left of them.
@NullMarked
package dev.sluice.core.budget;

import org.jspecify.annotations.NullMarked;
