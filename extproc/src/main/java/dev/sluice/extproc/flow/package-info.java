/// The two tables of contents: the way of a request and the way of its end.
@NullMarked
package dev.sluice.extproc.flow;

import org.jspecify.annotations.NullMarked;
