/// The books: what the ledger's events add up to, and how that compares with Redis. No I/O.
@NullMarked
package dev.sluice.ledger.books;

import org.jspecify.annotations.NullMarked;
