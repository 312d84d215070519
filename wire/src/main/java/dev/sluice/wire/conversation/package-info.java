/// A request in no provider's words: what every translation reads or writes.
///
/// Its terms are those of the Messages API, the richest of the languages and the one that Claude
/// Code speaks. Lists keep their order, and JSON keeps the order of its members, so that equal
/// conversations become equal bytes.
@NullMarked
package dev.sluice.wire.conversation;

import org.jspecify.annotations.NullMarked;
