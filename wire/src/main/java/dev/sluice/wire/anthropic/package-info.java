/// The language of Anthropic's Messages API, as far as policy and money need it.
@NullMarked
package dev.sluice.wire.anthropic;

import org.jspecify.annotations.NullMarked;
