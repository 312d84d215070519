/// The four kinds as the client of the API server knows them.
@NullMarked
package dev.sluice.operator.kinds;

import org.jspecify.annotations.NullMarked;
