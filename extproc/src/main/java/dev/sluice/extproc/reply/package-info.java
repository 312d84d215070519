/// What the flow says back to Envoy, in words of our own.
@NullMarked
package dev.sluice.extproc.reply;

import org.jspecify.annotations.NullMarked;
