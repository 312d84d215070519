/// The gateway on one machine: its commands.
@NullMarked
package dev.sluice.standalone;

import org.jspecify.annotations.NullMarked;
