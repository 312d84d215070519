/// Whose key a request carries.
@NullMarked
package dev.sluice.extproc.authenticate;

import org.jspecify.annotations.NullMarked;
