/// The policy on its way through Redis: published whole by who compiles it, watched by every
/// gateway. It knows neither Kubernetes nor Envoy.
@NullMarked
package dev.sluice.feed;

import org.jspecify.annotations.NullMarked;
