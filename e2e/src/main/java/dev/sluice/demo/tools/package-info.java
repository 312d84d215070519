/// The act of the demo that shows tools: two servers of them, and a client.
@NullMarked
package dev.sluice.demo.tools;

import org.jspecify.annotations.NullMarked;
