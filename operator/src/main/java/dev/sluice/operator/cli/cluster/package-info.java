/// A cluster as the source of what is asked: objects and statuses, and no Secret.
@NullMarked
package dev.sluice.operator.cli.cluster;

import org.jspecify.annotations.NullMarked;
