/// What models cost by default.
@NullMarked
package dev.sluice.compiler.catalogue;

import org.jspecify.annotations.NullMarked;
