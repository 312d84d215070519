/// Checks which models serve in place of others, as far as one key says it.
@NullMarked
package dev.sluice.compiler.route;

import org.jspecify.annotations.NullMarked;
