/// Every way in which a request is refused.
@NullMarked
package dev.sluice.core.refusal;

import org.jspecify.annotations.NullMarked;
