/// The warm-up: the JVM has compiled the way of a request before the first one comes.
@NullMarked
package dev.sluice.standalone.warm;

import org.jspecify.annotations.NullMarked;
