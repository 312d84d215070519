/// Which models a key may use.
@NullMarked
package dev.sluice.extproc.policy;

import org.jspecify.annotations.NullMarked;
