/// What the flow would do with a request, and why, without a request.
@NullMarked
package dev.sluice.extproc.explain;

import org.jspecify.annotations.NullMarked;
