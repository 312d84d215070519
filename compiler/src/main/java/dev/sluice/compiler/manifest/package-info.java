/// Manifests as text, read into the world: every object, with the line of each of its fields.
@NullMarked
package dev.sluice.compiler.manifest;

import org.jspecify.annotations.NullMarked;
