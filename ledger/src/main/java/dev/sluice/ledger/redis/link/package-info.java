/// The way to Redis through Lettuce: one server, Sentinels or a cluster.
@NullMarked
package dev.sluice.ledger.redis.link;

import org.jspecify.annotations.NullMarked;
