/// What the provider counts before a request is sent.
@NullMarked
package dev.sluice.extproc.count;

import org.jspecify.annotations.NullMarked;
