/// What it costs to tell a request in another language, and to read the answer.
@NullMarked
package dev.sluice.bench.translation;

import org.jspecify.annotations.NullMarked;
