/// What is wrong with manifests, said so that it can be mended, and without secrets.
@NullMarked
package dev.sluice.compiler.problem;

import org.jspecify.annotations.NullMarked;
