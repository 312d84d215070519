/// Servers of tools as manifests declare them, and what keys may use of them.
@NullMarked
package dev.sluice.core.mcp;

import org.jspecify.annotations.NullMarked;
