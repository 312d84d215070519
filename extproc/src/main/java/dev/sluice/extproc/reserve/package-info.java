/// Holds for requests, before they are sent.
@NullMarked
package dev.sluice.extproc.reserve;

import org.jspecify.annotations.NullMarked;
