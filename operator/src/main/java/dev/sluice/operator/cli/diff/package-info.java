/// What has changed in a definition of a tool, for the person who approves it.
@NullMarked
package dev.sluice.operator.cli.diff;

import org.jspecify.annotations.NullMarked;
