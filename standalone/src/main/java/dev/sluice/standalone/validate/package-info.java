/// The command validate.
@NullMarked
package dev.sluice.standalone.validate;

import org.jspecify.annotations.NullMarked;
