/// The gateway as a process, a client of it, and what a person reads: for the demo, the proof and
/// tests.
@NullMarked
package dev.sluice.demo.parts;

import org.jspecify.annotations.NullMarked;
