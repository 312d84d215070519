/// What a request's head and body say.
@NullMarked
package dev.sluice.extproc.decode;

import org.jspecify.annotations.NullMarked;
