/// Which provider and model serve a request.
@NullMarked
package dev.sluice.extproc.route;

import org.jspecify.annotations.NullMarked;
