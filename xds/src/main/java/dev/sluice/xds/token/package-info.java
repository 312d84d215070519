/// Access tokens that credentials are changed for.
@NullMarked
package dev.sluice.xds.token;

import org.jspecify.annotations.NullMarked;
