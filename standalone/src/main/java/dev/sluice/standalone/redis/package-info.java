/// The embedded Redis.
@NullMarked
package dev.sluice.standalone.redis;

import org.jspecify.annotations.NullMarked;
