/// The processes under test, their CPU time and their memory.
@NullMarked
package dev.sluice.bench.process;

import org.jspecify.annotations.NullMarked;
