/// The lean upstream that answers with event streams.
@NullMarked
package dev.sluice.bench.upstream;

import org.jspecify.annotations.NullMarked;
