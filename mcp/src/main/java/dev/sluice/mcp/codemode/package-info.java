/// Tools as a model reads them in Code Mode: a tree of names, and files of TypeScript declarations.
/// Pure.
@NullMarked
package dev.sluice.mcp.codemode;

import org.jspecify.annotations.NullMarked;
