/// Finds what is valid and does nothing: one object's word against another's. It keeps nothing out
/// of force, and is told all the same.
@NullMarked
package dev.sluice.compiler.warning;

import org.jspecify.annotations.NullMarked;
