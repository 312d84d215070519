/// The admin server: health, metrics, and what was spent.
@NullMarked
package dev.sluice.standalone.admin;

import org.jspecify.annotations.NullMarked;
