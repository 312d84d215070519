/// The Secrets of keys that have none of their own.
@NullMarked
package dev.sluice.operator.keys;

import org.jspecify.annotations.NullMarked;
