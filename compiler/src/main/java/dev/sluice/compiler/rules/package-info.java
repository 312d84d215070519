/// What each object means by itself: its spec checked and made into a plan, of valid values only.
@NullMarked
package dev.sluice.compiler.rules;

import org.jspecify.annotations.NullMarked;
