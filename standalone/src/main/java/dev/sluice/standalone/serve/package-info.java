/// What the commands that serve have in common: signals, ports, the books, readiness, the drain.
@NullMarked
package dev.sluice.standalone.serve;

import org.jspecify.annotations.NullMarked;
