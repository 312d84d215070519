/// What tools of servers cost of a model's context, one by one and in code mode.
@NullMarked
package dev.sluice.bench.tools;

import org.jspecify.annotations.NullMarked;
