/// The list of models.
@NullMarked
package dev.sluice.extproc.models;

import org.jspecify.annotations.NullMarked;
