/// What starts a round: one small reconciler a kind.
@NullMarked
package dev.sluice.operator.trigger;

import org.jspecify.annotations.NullMarked;
