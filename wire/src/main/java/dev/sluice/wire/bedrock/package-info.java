/// The languages of Amazon Bedrock: Claude's own in frames, and Converse for every model.
@NullMarked
package dev.sluice.wire.bedrock;

import org.jspecify.annotations.NullMarked;
