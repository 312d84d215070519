/// Requests of clients that speak OpenAI, in the words of the Messages API, and their answers.
@NullMarked
package dev.sluice.extproc.client;

import org.jspecify.annotations.NullMarked;
