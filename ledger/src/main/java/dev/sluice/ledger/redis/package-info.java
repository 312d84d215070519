/// The ledger in Redis: one script per verb, and the only place that knows Lettuce.
@NullMarked
package dev.sluice.ledger.redis;

import org.jspecify.annotations.NullMarked;
