/// What a provider speaks, knows us by, and how it fares.
@NullMarked
package dev.sluice.core.provider;

import org.jspecify.annotations.NullMarked;
