/// Manifests on disk: read, watched, compiled and put into force.
@NullMarked
package dev.sluice.standalone.manifests;

import org.jspecify.annotations.NullMarked;
