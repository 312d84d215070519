/// The real parts that the machine lacks: found, or fetched once and verified.
@NullMarked
package dev.sluice.standalone.fetch;

import org.jspecify.annotations.NullMarked;
