/// Budgets as headers, as sentences and as JSON.
@NullMarked
package dev.sluice.extproc.budget;

import org.jspecify.annotations.NullMarked;
