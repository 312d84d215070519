/// Envoy's protocols: the only place that knows them.
@NullMarked
package dev.sluice.extproc.envoy;

import org.jspecify.annotations.NullMarked;
