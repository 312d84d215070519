/// Usage records on disk.
@NullMarked
package dev.sluice.standalone.usage;

import org.jspecify.annotations.NullMarked;
