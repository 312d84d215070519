/// What an exchange used, from what Envoy saw of it.
@NullMarked
package dev.sluice.extproc.meter;

import org.jspecify.annotations.NullMarked;
