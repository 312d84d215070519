/// The product shown live: everything on loopback, state thrown away.
@NullMarked
package dev.sluice.demo;

import org.jspecify.annotations.NullMarked;
