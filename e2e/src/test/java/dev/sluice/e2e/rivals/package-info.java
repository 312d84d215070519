/// What other gateways did to their users' money, each as a test of the whole product.
@NullMarked
package dev.sluice.e2e.rivals;

import org.jspecify.annotations.NullMarked;
