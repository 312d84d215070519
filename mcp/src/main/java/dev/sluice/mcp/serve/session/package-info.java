/// Sessions of clients, sealed so that every replica knows them, and what one replica keeps of
/// them.
@NullMarked
package dev.sluice.mcp.serve.session;

import org.jspecify.annotations.NullMarked;
