/// What the definitions of the kinds say beyond types: annotations, read when they are generated.
@NullMarked
package dev.sluice.crds.schema;

import org.jspecify.annotations.NullMarked;
