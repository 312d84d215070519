/// The Messages API as a language among others: a request that becomes a conversation, an answer
/// that comes from anywhere, and Claude where clouds serve it.
@NullMarked
package dev.sluice.wire.anthropic.message;

import org.jspecify.annotations.NullMarked;
