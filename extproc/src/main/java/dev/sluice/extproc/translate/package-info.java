/// Requests in their provider's language, and answers in the client's.
@NullMarked
package dev.sluice.extproc.translate;

import org.jspecify.annotations.NullMarked;
