package dev.sluice.ledger.books;

import dev.sluice.core.budget.Measure;

/// A window that a hold charges, and what that counts.
public record Slot(WindowId window, Measure measure) {}
