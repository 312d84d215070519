/// Servers of tools, and what keys and teams may use of them.
@NullMarked
package dev.sluice.compiler.tools;

import org.jspecify.annotations.NullMarked;
