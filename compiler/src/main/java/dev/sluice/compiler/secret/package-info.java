/// Values of Secrets that no manifest has.
@NullMarked
package dev.sluice.compiler.secret;

import org.jspecify.annotations.NullMarked;
