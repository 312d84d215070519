/// The gateway as a process, and a client of it: for the demo and for tests.
@NullMarked
package dev.sluice.demo.parts;

import org.jspecify.annotations.NullMarked;
