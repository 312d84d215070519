/// The request flow as a service for Envoy.
@NullMarked
package dev.sluice.extproc;

import org.jspecify.annotations.NullMarked;
