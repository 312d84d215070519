/// Puts a compilation into force, and knows how far it is.
@NullMarked
package dev.sluice.operator.publish;

import org.jspecify.annotations.NullMarked;
