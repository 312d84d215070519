/// The ledger in Redis: one script per verb. Only here and in the feed is Lettuce known.
@NullMarked
package dev.sluice.ledger.redis;

import org.jspecify.annotations.NullMarked;
