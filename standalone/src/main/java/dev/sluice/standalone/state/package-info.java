/// The state folder: what lasts, and who holds it.
@NullMarked
package dev.sluice.standalone.state;

import org.jspecify.annotations.NullMarked;
