/// How Anthropic reads a prompt: in segments with cache marks, some of them cached.
@NullMarked
package dev.sluice.testkit.anthropic.billing;

import org.jspecify.annotations.NullMarked;
