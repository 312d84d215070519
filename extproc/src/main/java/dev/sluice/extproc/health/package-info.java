/// Providers that fail, and how they are left alone.
@NullMarked
package dev.sluice.extproc.health;

import org.jspecify.annotations.NullMarked;
