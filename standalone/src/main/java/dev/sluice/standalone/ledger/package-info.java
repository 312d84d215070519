/// The command ledger: proves the books, and rebuilds what Redis holds from them.
@NullMarked
package dev.sluice.standalone.ledger;

import org.jspecify.annotations.NullMarked;
