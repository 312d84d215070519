/// QuickJS as WebAssembly in this JVM: an engine, its memory, and all that is handed into it.
@NullMarked
package dev.sluice.mcp.sandbox.engine;

import org.jspecify.annotations.NullMarked;
